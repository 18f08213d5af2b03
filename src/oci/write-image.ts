import { type AnnotationTarget, annotationsFor, needsIndex } from './annotations.ts'
import { writeBlob } from './layout.ts'
import { mediaType } from './media-type.ts'
import { formatPlatform } from './platform.ts'
import type { Annotations, Descriptor, Index, Manifest, Platform } from './types.ts'

/** Writes the manifest of one platform's image into the layout `dir`. `annotations` are all of the build, prefixes included. */
export async function writeManifest(
  dir: string,
  image: { readonly platform: Platform; readonly config: Descriptor; readonly layers: readonly Descriptor[] },
  annotations: Annotations,
): Promise<Descriptor> {
  const { platform, config, layers } = image
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config,
    layers,
    ...some(annotations, { level: 'manifest', platform: formatPlatform(platform) }),
  }
  return { ...(await writeBlob(dir, encode(manifest), mediaType.ociManifest)), platform }
}

/** What stands for the whole image: the one manifest, or an index of several, in their order; an index of one where annotations need it. */
export async function writeRoot(
  dir: string,
  manifests: readonly Descriptor[],
  annotations: Annotations,
): Promise<Descriptor> {
  const [only] = manifests
  if (manifests.length === 1 && only && !needsIndex(annotations)) return only
  const index: Index = {
    schemaVersion: 2,
    mediaType: mediaType.ociIndex,
    manifests: manifests.map((manifest) => ({
      ...manifest,
      ...some(annotations, {
        level: 'manifest-descriptor',
        platform: manifest.platform && formatPlatform(manifest.platform),
      }),
    })),
    ...some(annotations, { level: 'index', platform: undefined }),
  }
  return writeBlob(dir, encode(index), mediaType.ociIndex)
}

function some(annotations: Annotations, target: AnnotationTarget): { readonly annotations?: Annotations } {
  const chosen = annotationsFor(annotations, target)
  return Object.keys(chosen).length === 0 ? {} : { annotations: chosen }
}

function encode(document: Manifest | Index): Buffer {
  return Buffer.from(JSON.stringify(document))
}
