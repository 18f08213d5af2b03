import { annotationsFor, needsIndex } from './annotations.ts'
import { digestOf } from './digest.ts'
import type { Document, Image, ImageTree } from './image-tree.ts'
import { isForeignLayerType, mediaType } from './media-type.ts'
import { formatPlatform } from './platform.ts'
import type { Annotations, Descriptor, Index, Manifest, Platform } from './types.ts'

/** The parts of one platform's manifest. */
export type ImageParts = {
  readonly platform: Platform
  readonly config: Descriptor
  /** Bottom first. */
  readonly layers: readonly Descriptor[]
}

/**
 * Creates the image of these platforms with all its documents, in their order: a single manifest, or an index, which is
 * also used for one platform if annotations require it. `annotations` are all of the build, including prefixes. Writes
 * nothing.
 */
export function makeImage(parts: readonly ImageParts[], annotations: Annotations): ImageTree {
  const made = parts.map((part) => ({ part, document: manifestOf(part, annotations) }))
  const [only] = made
  const isAlone = made.length === 1 && only !== undefined && !needsIndex(annotations)
  const manifests = isAlone
    ? made
    : made.map(({ part, document }) => ({
        part,
        document: { ...document, descriptor: entryOf(document.descriptor, annotations) },
      }))
  const top = isAlone
    ? only.document
    : indexOf(
        manifests.map(({ document }) => document.descriptor),
        annotations,
      )
  const blobs = parts.flatMap(({ config, layers }) => [config, ...layers])
  return {
    root: top.descriptor,
    blobs: onlyOnce(
      blobs.filter((blob) => !isForeignLayerType(blob.mediaType)),
      ({ digest }) => digest,
    ),
    documents: onlyOnce([...manifests.map(({ document }) => document), top], ({ descriptor }) => descriptor.digest),
    images: manifests.map(({ part, document }) => imageOf(part, document)),
  }
}

/** Creates the manifest of one platform's image. */
export function manifestOf({ platform, config, layers }: ImageParts, annotations: Annotations): Document {
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config,
    layers,
    ...withAnnotations(annotationsFor(annotations, { level: 'manifest', platform: formatPlatform(platform) })),
  }
  const { descriptor, bytes } = documentOf(manifest, mediaType.ociManifest)
  return { descriptor: { ...descriptor, platform }, bytes }
}

/**
 * Creates an index of manifests in the given order. `base` has its media type, OCI by default, and annotations that
 * those of the build override.
 */
export function indexOf(
  manifests: readonly Descriptor[],
  annotations: Annotations,
  base: { readonly mediaType?: string; readonly annotations?: Annotations } = {},
): Document {
  const { mediaType: type = mediaType.ociIndex } = base
  const index: Index = {
    schemaVersion: 2,
    mediaType: type,
    manifests,
    ...withAnnotations({
      ...base.annotations,
      ...annotationsFor(annotations, { level: 'index', platform: undefined }),
    }),
  }
  return documentOf(index, type)
}

/** Returns the index entry of a manifest with the annotations of the build for it. */
export function entryOf(descriptor: Descriptor, annotations: Annotations): Descriptor {
  const platform = descriptor.platform && formatPlatform(descriptor.platform)
  const own = annotationsFor(annotations, { level: 'manifest-descriptor', platform })
  return { ...descriptor, ...withAnnotations({ ...descriptor.annotations, ...own }) }
}

function imageOf({ platform, config, layers }: ImageParts, { descriptor }: Document): Image {
  const size = [config, ...layers].reduce((sum, part) => sum + part.size, descriptor.size)
  return { platform, manifest: descriptor, config, layers, size }
}

function documentOf(content: Manifest | Index, type: string): Document {
  const bytes = Buffer.from(JSON.stringify(content))
  return { descriptor: { mediaType: type, digest: digestOf(bytes), size: bytes.length }, bytes }
}

function withAnnotations(annotations: Annotations): { readonly annotations?: Annotations } {
  return Object.keys(annotations).length === 0 ? {} : { annotations }
}

/** Returns the first position and last value of each key. */
export function onlyOnce<T>(all: readonly T[], key: (one: T) => string): readonly T[] {
  return [...new Map(all.map((one) => [key(one), one])).values()]
}
