/** Media types of the OCI image specification and of Docker's schema 2. https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
export const mediaType = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const

/**
 * The types that a client accepts when it reads images, for the `Accept` header; without it, registries answer with
 * schema 1, or 404.
 */
export const manifestTypes: readonly string[] = [
  mediaType.ociIndex,
  mediaType.dockerIndex,
  mediaType.ociManifest,
  mediaType.dockerManifest,
]

/** Whether the type is an OCI index or a Docker manifest list. */
export function isIndexType(type: string): boolean {
  return type === mediaType.ociIndex || type === mediaType.dockerIndex
}

/** Whether the type is the manifest of one image (or artifact), OCI or Docker schema 2. */
export function isManifestType(type: string): boolean {
  return type === mediaType.ociManifest || type === mediaType.dockerManifest
}

/** Whether the type is an image's configuration, so that its platform can be read from it. */
export function isConfigType(type: string): boolean {
  return type === mediaType.ociConfig || type === mediaType.dockerConfig
}

/**
 * Whether layers of the type must not be pushed: they are fetched from their `urls` (base layers of old Windows
 * images).
 */
export function isForeignLayerType(type: string): boolean {
  return type.startsWith('application/vnd.oci.image.layer.nondistributable.') || type.includes('.rootfs.foreign.')
}
