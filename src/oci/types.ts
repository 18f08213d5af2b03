/** The documents of the OCI image specification, https://github.com/opencontainers/image-spec (v1.1), and Docker's schema 2. */

/** `sha256:<64 hex digits>` (or another registered algorithm). https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests */
export type Digest = `${string}:${string}`

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions */
export type Platform = {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly 'os.version'?: string
  readonly 'os.features'?: readonly string[]
}

export type Annotations = Readonly<Record<string, string>>

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md */
export type Descriptor = {
  readonly mediaType: string
  readonly digest: Digest
  /** Size in bytes. */
  readonly size: number
  readonly platform?: Platform
  readonly annotations?: Annotations
  readonly artifactType?: string
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md */
export type Manifest = {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Annotations
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md */
export type Index = {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly manifests: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Annotations
}
