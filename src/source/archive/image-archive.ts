import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parallel } from '../../bounds/parallel.ts'
import { readBeginning } from '../../bounds/read-limited.ts'
import { ActionError } from '../../errors/action-error.ts'
import { cancelled } from '../../errors/cancelled.ts'
import type { Host } from '../../host/host.ts'
import type { ImageArchive } from '../../inputs/inputs.ts'
import { chooseImage } from '../../oci/choose-image.ts'
import { digestIn, digestOf } from '../../oci/digest.ts'
import type { Document } from '../../oci/image-tree.ts'
import { writeBlob } from '../../oci/layout.ts'
import { indexOf, manifestOf } from '../../oci/make-image.ts'
import { mediaType } from '../../oci/media-type.ts'
import { parseConfig } from '../../oci/parse.ts'
import type { Descriptor, Digest, Platform } from '../../oci/types.ts'
import { formatBytes } from '../../text/bytes.ts'
import type { Content } from '../../tree/tree.ts'
import type { LayoutImage } from '../layout-base.ts'
import { type ArchivedFiles, openArchivedFiles } from './archived-files.ts'
import { type ArchivedImage, findOciImages, findSavedImages } from './archived-images.ts'
import { writeLayer } from './write-layer.ts'

/** An opened image of an archive: its documents have been read, its layers have not. */
export type OpenedArchive = {
  /** Throws ActionError `platform-unsupported` if the image does not support the platform. */
  readonly check: (platform: Platform) => Promise<void>
  /**
   * Writes the image to an OCI layout and compresses its uncompressed layers with gzip, because they would otherwise be
   * pushed uncompressed.
   *
   * @throws ActionError `archive-invalid` for content that does not match its digest, `disk-full`, `cancelled`
   */
  readonly unpack: () => Promise<LayoutImage>
}

/** Maximum number of layers that are compressed concurrently: each uses a processor. */
const layersAtOnce = 2

/**
 * Opens an archive of images, from `docker image save` or in OCI format.
 *
 * @throws ActionError `archive-invalid`, `image-not-found`
 */
export async function openImageArchive(
  archive: ImageArchive,
  { dir, host }: { readonly dir: string; readonly host: Pick<Host, 'log' | 'signal' | 'clock'> },
): Promise<OpenedArchive> {
  const { form, path, image } = archive
  const text = `${form}-archive:${path}`
  const what = `Cannot read ${text}`
  const fail = (found: string, hint?: string): ActionError =>
    new ActionError('archive-invalid', `${what}: ${found}`, { hint })
  const spooled = `${dir}-unpacked`
  const files = await openArchivedFiles(path, { folder: spooled, what, fail })
  const find = form === 'docker' ? findSavedImages : findOciImages
  const images = await find({ files, text, fail }, image)
  const configs = new Map(images.map(({ config }) => [digestOf(config), config]))
  const planned = documentsOf(images.map((one) => ({ ...one, layers: [] })))

  return {
    check: async (platform) => {
      const read = (descriptor: Descriptor): Uint8Array => {
        const bytes = planned.documents.get(descriptor.digest) ?? configs.get(descriptor.digest)
        if (bytes === undefined) throw new ActionError('internal', `There is no ${descriptor.digest}`)
        return bytes
      }
      await chooseImage(
        planned.root,
        { text, platform },
        { document: async (one) => read(one), config: async (one) => read(one) },
      )
    },
    unpack: async () => {
      const begun = host.clock.now().getTime()
      const layers = await unpackLayers(images, { files, dir, fail, signal: host.signal })
      for (const config of configs.values()) await writeBlob(dir, config, mediaType.ociConfig)
      const { root, documents } = documentsOf(
        images.map((one) => ({
          ...one,
          layers: one.layers.map((name) => layers.get(files.realName(name))).filter((layer) => layer !== undefined),
        })),
      )
      for (const bytes of documents.values()) await writeBlob(dir, bytes, mediaType.ociManifest)
      await writeFile(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
      const { bytes } = indexOf([root.descriptor], {})
      await writeFile(join(dir, 'index.json'), bytes)
      await rm(spooled, { recursive: true, force: true })
      const size = [...layers.values()].reduce((sum, layer) => sum + layer.size, 0)
      const took = host.clock.now().getTime() - begun
      host.log.info(`Unpacked ${text}: ${layers.size} layers, ${formatBytes(size)}, in ${took} ms`)
      return { path: dir, tag: undefined, digest: root.descriptor.digest, text }
    },
  }
}

type Parts = { readonly platform: Platform; readonly config: Buffer; readonly layers: readonly Descriptor[] }

/** Returns the documents of an index, which also states the platform of a single image. */
function documentsOf(images: readonly Parts[]): {
  readonly root: Document
  readonly documents: ReadonlyMap<Digest, Uint8Array>
} {
  const manifests = images.map(({ platform, config, layers }) => {
    const descriptor = { mediaType: mediaType.ociConfig, digest: digestOf(config), size: config.length }
    return manifestOf({ platform, config: descriptor, layers }, {})
  })
  const root = indexOf(
    manifests.map(({ descriptor }) => descriptor),
    {},
  )
  return {
    root,
    documents: new Map([...manifests, root].map(({ descriptor, bytes }) => [descriptor.digest, bytes])),
  }
}

type Unpacking = {
  readonly files: ArchivedFiles
  readonly dir: string
  readonly fail: (found: string) => ActionError
  readonly signal: AbortSignal
}

/** Unpacks the layers of all images, each file once, and returns them by file name. */
async function unpackLayers(
  images: readonly ArchivedImage[],
  { files, dir, fail, signal }: Unpacking,
): Promise<ReadonlyMap<string, Descriptor>> {
  await mkdir(dir, { recursive: true })
  const wanted = new Map<string, string>()
  for (const { config, layers } of images) {
    const { diff_ids: ids = [] } = parseConfig(config, fail('its configuration').message).rootfs ?? {}
    if (ids.length !== layers.length) {
      throw fail(`its configuration names ${ids.length} layers, and its manifest ${layers.length}`)
    }
    for (const [index, layer] of layers.entries()) wanted.set(files.realName(layer), ids[index] ?? '')
  }
  const written = await parallel(
    layersAtOnce,
    [...wanted],
    async ([name, id]) => [name, await unpackLayer(name, id)] as const,
    { signal },
  )
  return new Map(written)

  async function unpackLayer(name: string, id: string): Promise<Descriptor> {
    const type = typeOf(await readBeginning(await files.open(name), 4))
    if (type === undefined) {
      const hash = createHash('sha256')
      const layer = await writeLayer(
        dir,
        Readable.from(watched(await files.open(name), hash.update.bind(hash))),
        'gzip',
      )
      if (`sha256:${hash.digest('hex')}` !== id) throw fail(`${name} is not the layer that its configuration names`)
      return layer
    }
    const layer = await writeBlob(dir, Readable.from(watched(await files.open(name))), type)
    const digest = digestIn(name)
    if (digest !== undefined && layer.digest !== digest) throw fail(`the digest of ${name} is ${layer.digest}`)
    return layer
  }

  async function* watched(content: Content, look: (chunk: Uint8Array) => unknown = () => undefined) {
    for await (const chunk of content) {
      if (signal.aborted) throw cancelled('unpacking an archive of images')
      look(chunk)
      yield chunk
    }
  }
}

/** Returns the media type of a compressed layer; undefined for any other. */
function typeOf(start: Uint8Array): string | undefined {
  const begins = (...bytes: readonly number[]) => bytes.every((byte, index) => start[index] === byte)
  if (begins(0x1f, 0x8b)) return mediaType.ociLayerGzip
  return begins(0x28, 0xb5, 0x2f, 0xfd) ? mediaType.ociLayerZstd : undefined
}
