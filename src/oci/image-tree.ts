import { limits } from '../bounds/limits.ts'
import { ActionError } from '../errors/action-error.ts'
import { isConfigType, isForeignLayerType, isIndexType, isManifestType } from './media-type.ts'
import { parseConfig, parseIndex, parseManifest } from './parse.ts'
import { normalizePlatform } from './platform.ts'
import type { Descriptor, Manifest, Platform } from './types.ts'

/** The image of one platform. */
export type Image = {
  readonly platform: Platform
  readonly manifest: Descriptor
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  /** Download size in bytes: manifest, configuration and layers. */
  readonly size: number
}

/** A manifest or an index with the exact bytes that its digest is computed from. */
export type Document = { readonly descriptor: Descriptor; readonly bytes: Uint8Array }

/** Everything reachable from one root, in the order in which a registry accepts it. */
export type ImageTree = {
  readonly root: Descriptor
  /** Configurations and layers, each digest once, without layers that must not be pushed. */
  readonly blobs: readonly Descriptor[]
  /** Manifests and indexes, each digest once, children before parents: the root is last. */
  readonly documents: readonly Document[]
  /** One per platform, in the index's order. Attestations and other artifacts are not images. */
  readonly images: readonly Image[]
}

/**
 * Reads all documents below `root` (an index or a manifest). `read` returns the bytes of a manifest, an index or a
 * configuration after verifying its digest. Throws `content-mismatch` for other documents and other sizes, and errors of `read`.
 */
export async function walkImage(
  root: Descriptor,
  read: (descriptor: Descriptor) => Promise<Uint8Array>,
): Promise<ImageTree> {
  const blobs = new Map<string, Descriptor>()
  const documents = new Map<string, Document>()
  const images: Image[] = []
  // Counted per entry: an index may list another one any number of times, level after level.
  let entries = 0

  async function readDocument(descriptor: Descriptor): Promise<Uint8Array> {
    const bytes = await read(descriptor)
    // containerd rejects such an image when it is pulled.
    if (bytes.length !== descriptor.size) {
      throw new ActionError(
        'content-mismatch',
        `Cannot read ${descriptor.digest}: it has ${bytes.length} bytes, the entry of its index says ${descriptor.size}`,
      )
    }
    return bytes
  }

  async function visit(descriptor: Descriptor, depth: number): Promise<void> {
    entries++
    if (depth > limits.indexDepth || entries > limits.indexEntries) {
      throw new ActionError(
        'content-mismatch',
        `Cannot read ${root.digest}: it has more than ${limits.indexDepth} nested indexes, or ${limits.indexEntries} entries`,
      )
    }
    if (isIndexType(descriptor.mediaType)) {
      const bytes = await readDocument(descriptor)
      for (const child of parseIndex(bytes, `Cannot read index ${descriptor.digest}`).manifests)
        await visit(child, depth + 1)
      documents.set(descriptor.digest, { descriptor, bytes })
    } else if (isManifestType(descriptor.mediaType)) {
      const bytes = await readDocument(descriptor)
      const manifest = parseManifest(bytes, `Cannot read manifest ${descriptor.digest}`)
      for (const blob of [manifest.config, ...manifest.layers]) {
        if (!isForeignLayerType(blob.mediaType)) blobs.set(blob.digest, blob)
      }
      documents.set(descriptor.digest, { descriptor, bytes })
      if (isImage(descriptor, manifest)) images.push(await imageOf(descriptor, manifest, read))
    } else {
      throw new ActionError(
        'content-mismatch',
        `Cannot read ${descriptor.digest}: "${descriptor.mediaType}" is neither an image nor an index`,
      )
    }
  }

  await visit(root, 0)
  return { root, blobs: [...blobs.values()], documents: [...documents.values()], images }
}

/** Whether an index's entry is an attestation, to which BuildKit assigns the platform unknown/unknown. */
export function isAttestation({ platform, annotations }: Descriptor): boolean {
  return platform?.os === 'unknown' || annotations?.['vnd.docker.reference.type'] === 'attestation-manifest'
}

function isImage(descriptor: Descriptor, manifest: Manifest): boolean {
  return !isAttestation(descriptor) && isConfigType(manifest.config.mediaType)
}

async function imageOf(
  manifest: Descriptor,
  { config, layers }: Manifest,
  read: (descriptor: Descriptor) => Promise<Uint8Array>,
): Promise<Image> {
  const size = [config, ...layers].reduce((sum, part) => sum + part.size, manifest.size)
  return { platform: manifest.platform ?? (await platformOf(config, read)), manifest, config, layers, size }
}

/**
 * Returns the platform of a manifest. The descriptor of a single manifest has none, so it is read from the
 * configuration.
 */
async function platformOf(
  config: Descriptor,
  read: (descriptor: Descriptor) => Promise<Uint8Array>,
): Promise<Platform> {
  const {
    os,
    architecture,
    variant,
    'os.version': version,
  } = parseConfig(await read(config), `Cannot read config ${config.digest}`)
  return normalizePlatform({
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(version === undefined ? {} : { 'os.version': version }),
  })
}
