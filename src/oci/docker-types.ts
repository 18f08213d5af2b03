import { digestOf } from './digest.ts'
import { type Document, type Image, type ImageTree, isAttestation } from './image-tree.ts'
import { isIndexType, mediaType } from './media-type.ts'
import { parseIndex, parseManifest } from './parse.ts'
import type { Descriptor } from './types.ts'

/**
 * Docker's media type for each OCI type.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md#compatibility-matrix
 */
const dockerTypes: Readonly<Record<string, string>> = {
  [mediaType.ociIndex]: mediaType.dockerIndex,
  [mediaType.ociManifest]: mediaType.dockerManifest,
  [mediaType.ociConfig]: mediaType.dockerConfig,
  [mediaType.ociLayer]: mediaType.dockerLayer,
  [mediaType.ociLayerGzip]: mediaType.dockerLayerGzip,
}

/** The image with Docker's media types, or the reason why it cannot have them. */
export type DockerImage =
  | { readonly ok: true; readonly tree: ImageTree }
  /** The end of "it cannot have Docker media types: …". */
  | { readonly ok: false; readonly why: string }

/**
 * Converts an image to Docker's media types, for registries that accept no others. Blobs are unchanged; manifests and
 * the index get other bytes, and therefore other digests. Attestations and zstd layers have no such type.
 */
export function toDockerTypes({ root, blobs, documents, images }: ImageTree): DockerImage {
  const converted = new Map<string, Descriptor>()
  const result: Document[] = []
  for (const { descriptor, bytes } of documents) {
    const document = isIndexType(descriptor.mediaType) ? convertIndex(bytes) : convertManifest(bytes)
    if (typeof document === 'string') return { ok: false, why: document }
    const encoded = Buffer.from(JSON.stringify(document))
    const made = { mediaType: document.mediaType, digest: digestOf(encoded), size: encoded.length }
    converted.set(descriptor.digest, made)
    result.push({ descriptor: withRest(made, descriptor), bytes: encoded })
  }
  const top = converted.get(root.digest)
  if (top === undefined) return { ok: false, why: 'it has no manifest' }
  const tree: ImageTree = {
    root: withRest(top, root),
    blobs: blobs.map(convertDescriptor),
    documents: result,
    images: images.map((image) => convertImage(image, converted)),
  }
  return { ok: true, tree }

  function convertIndex(bytes: Uint8Array) {
    const { manifests, annotations, subject } = parseIndex(bytes, 'Cannot convert an index')
    if (subject !== undefined) return 'it refers to another image as its subject'
    if (manifests.some(isAttestation)) return 'it has attestations'
    const entries = manifests.map((entry) => withRest(converted.get(entry.digest) ?? entry, entry))
    return { schemaVersion: 2, mediaType: mediaType.dockerIndex, manifests: entries, ...some(annotations) }
  }

  function convertManifest(bytes: Uint8Array) {
    const { config, layers, annotations, subject } = parseManifest(bytes, 'Cannot convert a manifest')
    if (subject !== undefined) return 'it refers to another image as its subject'
    const parts = [config, ...layers].map(convertDescriptor)
    const foreign = parts.find((part) => !part.mediaType.startsWith('application/vnd.docker.'))
    if (foreign !== undefined) return `it has content of the type ${foreign.mediaType}`
    const [first, ...rest] = parts
    return { schemaVersion: 2, mediaType: mediaType.dockerManifest, config: first, layers: rest, ...some(annotations) }
  }
}

function convertDescriptor(descriptor: Descriptor): Descriptor {
  return { ...descriptor, mediaType: dockerTypes[descriptor.mediaType] ?? descriptor.mediaType }
}

function convertImage(image: Image, converted: ReadonlyMap<string, Descriptor>): Image {
  const manifest = withRest(converted.get(image.manifest.digest) ?? image.manifest, image.manifest)
  return {
    ...image,
    manifest,
    config: convertDescriptor(image.config),
    layers: image.layers.map(convertDescriptor),
    size: image.size - image.manifest.size + manifest.size,
  }
}

/** Returns a new descriptor with the platform and the annotations of the old one. */
function withRest({ mediaType: type, digest, size }: Descriptor, old: Descriptor): Descriptor {
  return { ...old, mediaType: type, digest, size }
}

function some(annotations: Descriptor['annotations']): { readonly annotations?: Descriptor['annotations'] } {
  return annotations === undefined ? {} : { annotations }
}
