import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Built } from '../../src/engine/built.ts'
import { digestOf } from '../../src/oci/digest.ts'
import { walkImage } from '../../src/oci/image-tree.ts'
import { readBlob, writeBlob } from '../../src/oci/layout.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Annotations, Descriptor, Execution } from '../../src/oci/types.ts'
import { writeManifest, writeRoot } from '../../src/oci/write-image.ts'
import { tempFolder } from './temp.ts'

/** Files by path; text that begins with "-> " is a symbolic link. */
export type Layer = Readonly<Record<string, Buffer | string>>

export type GivenImage = {
  readonly platform: string
  readonly layers: readonly Layer[]
  readonly execution?: Execution
  /** What the configuration says, where it is not the platform. */
  readonly says?: string
  readonly history?: readonly string[]
}

/** A folder for a layout, which does not exist yet. */
export const layoutFolder = () => join(tempFolder({}), 'layout')

/** What a build gave, as an OCI layout of these images. */
export async function builtOf(
  images: readonly GivenImage[],
  { layout = layoutFolder(), annotations = {} }: { readonly layout?: string; readonly annotations?: Annotations } = {},
): Promise<Built> {
  const manifests: Descriptor[] = []
  for (const { platform, layers, execution = {}, says = platform, history = [] } of images) {
    const tars = await Promise.all(layers.map(tarOf))
    const descriptors = await Promise.all(tars.map((tar) => writeBlob(layout, gzipSync(tar), mediaType.ociLayerGzip)))
    const config = {
      ...parsePlatform(says),
      config: execution,
      rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
      history: history.map((created_by) => ({ created_by })),
    }
    const descriptor = await writeBlob(layout, Buffer.from(JSON.stringify(config)), mediaType.ociConfig)
    const image = { platform: parsePlatform(platform), config: descriptor, layers: descriptors }
    manifests.push(await writeManifest(layout, image, annotations))
  }
  const root = await writeRoot(layout, manifests, annotations)
  const tree = await walkImage(root, (blob) => readBlob(layout, blob))
  return { content: { kind: 'layout', dir: layout, tree }, metadata: {}, imageId: undefined, steps: [] }
}

/** A layer as an archive. */
export async function tarOf(layer: Layer): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(layer)) {
    const link = typeof content === 'string' && content.startsWith('-> ') ? content.slice(3) : undefined
    if (link !== undefined) tar.entry({ name, type: 'symlink', linkname: link })
    else tar.entry({ name }, content)
  }
  tar.finalize()
  return buffer(tar)
}
