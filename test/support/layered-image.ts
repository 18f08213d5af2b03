import { gzipSync } from 'node:zlib'
import { digestOf } from '../../src/oci/digest.ts'
import { layoutStore, writeBlob } from '../../src/oci/layout.ts'
import { type ImageParts, makeImage } from '../../src/oci/make-image.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { ImageContent } from '../../src/oci/store.ts'
import { writeTar } from '../../src/tree/archive/write-tar.ts'
import { rootNode, type TreeNode } from '../../src/tree/tree.ts'
import { tempFolder } from './temp.ts'

/** An entry of a layer: a file's text, or another type. Names are written unchanged, including hostile ones. */
export type LayerFile = { readonly path: string; readonly text?: string; readonly linkTo?: string } & Partial<TreeNode>

export const time = 1_000_000_000_000

/** An image of these layers for each platform, whose blobs are in the layout `dir`. */
export async function layeredImage(
  platforms: Readonly<Record<string, readonly (readonly LayerFile[])[]>>,
): Promise<ImageContent & { readonly dir: string }> {
  const dir = tempFolder()
  const images: ImageParts[] = []
  for (const [name, layers] of Object.entries(platforms)) {
    const platform = parsePlatform(name)
    const tars = await Promise.all(layers.map(tarOf))
    const written = await Promise.all(tars.map((tar) => writeBlob(dir, gzipSync(tar), mediaType.ociLayerGzip)))
    const rootfs = { type: 'layers', diff_ids: tars.map(digestOf) }
    const config = await writeBlob(dir, Buffer.from(JSON.stringify({ ...platform, rootfs })), mediaType.ociConfig)
    images.push({ platform, config, layers: written })
  }
  return { dir, tree: makeImage(images, {}), blobs: layoutStore(dir) }
}

async function tarOf(files: readonly LayerFile[]): Promise<Buffer> {
  const entries = files.map(({ path, text, linkTo, ...more }) => {
    const bytes = Buffer.from(text ?? '')
    const type = text !== undefined || linkTo !== undefined ? 'file' : 'directory'
    const node = {
      ...rootNode,
      type,
      mode: type === 'file' ? 0o644 : 0o755,
      mtime: time,
      size: bytes.length,
      ...more,
    } as const
    const open = async () => [bytes] as unknown as AsyncIterable<Uint8Array>
    return { path, node, ...(linkTo === undefined ? (node.type === 'file' ? { open } : {}) : { linkTo }) }
  })
  const pieces: Uint8Array[] = []
  for await (const piece of writeTar(entries)) pieces.push(piece)
  return Buffer.concat(pieces)
}
