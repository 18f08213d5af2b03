import { ActionError } from '../errors/action-error.ts'
import type { FileEntry } from '../tree/file-entry.ts'
import { compareBytes } from '../tree/path.ts'
import { rootNode } from '../tree/tree.ts'
import { annotationsFor } from './annotations.ts'
import { blobName, splitDigest, verified } from './digest.ts'
import type { Image } from './image-tree.ts'
import { isIndexType, mediaType } from './media-type.ts'
import { formatReference, type Reference } from './reference.ts'
import type { ImageContent } from './store.ts'
import type { Annotations, Descriptor } from './types.ts'

export type ImageForm = {
  /** `docker` has a single image with the files that any version of `docker load` reads; `oci` has the whole build. */
  readonly kind: 'oci' | 'docker'
  readonly references: readonly Reference[]
  /** The annotations of the build; those for the image's descriptor are written to index.json. */
  readonly annotations: Annotations
  /**
   * The existing entries of index.json: the image is added to them, as BuildKit does; an entry with the same name is
   * replaced.
   */
  readonly listed?: readonly Descriptor[]
  readonly signal: AbortSignal
}

/**
 * Returns the files of an OCI layout with the image under its names, as BuildKit names them: the same files for the
 * same image. Blobs are verified when they are read.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
export function imageEntries({ tree, blobs: source }: ImageContent, form: ImageForm): readonly FileEntry[] {
  const image = form.kind === 'docker' ? onlyImage(tree.images) : undefined
  const blobs = image
    ? [image.manifest, image.config, ...image.layers]
    : [...tree.blobs, ...tree.documents.map(({ descriptor }) => descriptor)]
  const files = new Map(blobs.map((blob) => [blobName(blob.digest), blob]))
  const documents = new Map(tree.documents.map(({ descriptor, bytes }) => [descriptor.digest, bytes]))
  const folders = new Set(['blobs', ...blobs.map(({ digest }) => `blobs/${splitDigest(digest).algorithm}`)])
  return [
    ...[...folders].map((path) => ({ path, node: rootNode })),
    ...[...files]
      .toSorted(([left], [right]) => compareBytes(left, right))
      .map(([path, blob]) => ({
        path,
        node: { ...rootNode, type: 'file', mode: 0o444, size: blob.size } as const,
        open: async () => {
          const bytes = documents.get(blob.digest)
          if (bytes) return once(bytes)
          const content = await source.open(blob, { signal: form.signal })
          return verified(content, blob, `Cannot copy blob ${blob.digest}`)
        },
      })),
    document('index.json', listOf(image?.manifest ?? tree.root, form)),
    ...(image ? [document('manifest.json', dockerManifest(image, form.references))] : []),
    document('oci-layout', { imageLayoutVersion: '1.0.0' }),
  ]
}

/**
 * Returns one entry per name. The first annotation is containerd's, which Docker reads; the second is that of the
 * specification, with the tag only.
 */
function listOf(root: Descriptor, { references, annotations, listed = [] }: ImageForm): unknown {
  const { digest, size, platform } = root
  const level = isIndexType(root.mediaType) ? 'index-descriptor' : 'manifest-descriptor'
  const own = annotationsFor(annotations, { level, platform: undefined })
  const names = references.map((reference) => ({
    [nameKey]: formatReference(reference),
    'org.opencontainers.image.ref.name': reference.tag ?? 'latest',
  }))
  const manifests = (names.length === 0 ? [{}] : names).map((name) => ({
    mediaType: root.mediaType,
    digest,
    size,
    ...(platform === undefined ? {} : { platform }),
    ...(Object.keys({ ...own, ...name }).length === 0 ? {} : { annotations: { ...own, ...name } }),
  }))
  const nameOf = (descriptor: { readonly annotations?: Annotations }) => descriptor.annotations?.[nameKey]
  const taken = new Set(manifests.map((manifest) => nameOf(manifest) ?? manifest.digest))
  const kept = listed.filter((descriptor) => !taken.has(nameOf(descriptor) ?? descriptor.digest))
  return { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [...kept, ...manifests] }
}

const nameKey = 'io.containerd.image.name'

/**
 * Returns the manifest.json that `docker load` reads on the classic image store.
 * https://github.com/moby/docker-image-spec/blob/v1.3.1/v1.2.md#combined-image-json--filesystem-changeset-format
 */
function dockerManifest({ config, layers }: Image, references: readonly Reference[]): unknown {
  const names = references.map(formatReference)
  return [
    {
      Config: blobName(config.digest),
      RepoTags: names.length === 0 ? null : names,
      Layers: layers.map(({ digest }) => blobName(digest)),
    },
  ]
}

function onlyImage(images: readonly Image[]): Image {
  const [image] = images
  if (image && images.length === 1) return image
  throw new ActionError('internal', `An archive for docker load cannot hold ${images.length} images`)
}

function document(path: string, value: unknown): FileEntry {
  const bytes = Buffer.from(JSON.stringify(value))
  return { path, node: { ...rootNode, type: 'file', mode: 0o644, size: bytes.length }, open: async () => once(bytes) }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
