import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Built, BuiltImage } from '../../src/engine/built.ts'
import type { Execution } from '../../src/oci/config.ts'
import { digestOf } from '../../src/oci/digest.ts'
import { layoutStore, writeBlob } from '../../src/oci/layout.ts'
import { type ImageParts, makeImage } from '../../src/oci/make-image.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Annotations } from '../../src/oci/types.ts'
import { tempFolder } from './temp.ts'

/** Files by path; text that starts with "-> " is a symbolic link. */
export type Layer = Readonly<Record<string, Buffer | string>>

export type GivenImage = {
  readonly platform: string
  readonly layers: readonly Layer[]
  readonly execution?: Execution
  /** The members of the configuration other than the platform. */
  readonly says?: string
  readonly history?: readonly string[]
}

/** A directory for a layout, which does not exist yet. */
export const layoutFolder = () => join(tempFolder({}), 'layout')

/** The result of a build: these images with their blobs in an OCI layout. */
export async function builtOf(
  images: readonly GivenImage[],
  { layout = layoutFolder(), annotations = {} }: { readonly layout?: string; readonly annotations?: Annotations } = {},
): Promise<Built & { readonly content: BuiltImage }> {
  const parts: ImageParts[] = []
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
    parts.push({ platform: parsePlatform(platform), config: descriptor, layers: descriptors })
  }
  const content = { tree: makeImage(parts, annotations), blobs: layoutStore(layout) }
  return { content, metadata: {}, imageId: undefined, steps: [] }
}

/** A layer as an archive, of the same bytes at any time. */
export async function tarOf(layer: Layer): Promise<Buffer> {
  const tar = pack()
  const mtime = new Date(0)
  for (const [name, content] of Object.entries(layer)) {
    const link = typeof content === 'string' && content.startsWith('-> ') ? content.slice(3) : undefined
    if (link !== undefined) tar.entry({ name, mtime, type: 'symlink', linkname: link })
    else tar.entry({ name, mtime }, content)
  }
  tar.finalize()
  return buffer(tar)
}
