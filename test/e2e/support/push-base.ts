import { gzipSync } from 'node:zlib'
import { digestOf } from '../../../src/oci/digest.ts'
import { mediaType } from '../../../src/oci/media-type.ts'

/** One platform's image: its configuration except for the layers, and their uncompressed archives. */
export type PushedImage = {
  readonly config: { readonly os: string; readonly architecture: string; readonly [key: string]: unknown }
  readonly layers: readonly Buffer[]
}

/** Pushes an image that no builder creates, without any checks. `name` is without its tag, `1`. */
export async function pushBase(host: string, name: string, images: readonly PushedImage[]): Promise<void> {
  const url = `http://${host}/v2/${name}`
  const upload = async (type: string, bytes: Buffer) => {
    const begun = await fetch(`${url}/blobs/uploads/`, { method: 'POST' })
    const place = new URL(begun.headers.get('location') ?? '', url)
    place.searchParams.set('digest', digestOf(bytes))
    const headers = { 'content-type': 'application/octet-stream' }
    await expectCreated(await fetch(place, { method: 'PUT', body: new Uint8Array(bytes), headers }))
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length }
  }
  const put = async (type: string, document: object, reference?: string) => {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, ...document }))
    const digest = digestOf(bytes)
    const headers = { 'content-type': type }
    const body = new Uint8Array(bytes)
    await expectCreated(await fetch(`${url}/manifests/${reference ?? digest}`, { method: 'PUT', body, headers }))
    return { mediaType: type, digest, size: bytes.length }
  }
  const manifests = []
  for (const { config, layers } of images) {
    const { os, architecture, ...rest } = config
    const rootfs = { type: 'layers', diff_ids: layers.map(digestOf) }
    const document = Buffer.from(JSON.stringify({ os, architecture, ...rest, rootfs }))
    const described = []
    for (const layer of layers) described.push(await upload(mediaType.ociLayerGzip, gzipSync(layer)))
    const manifest = { config: await upload(mediaType.ociConfig, document), layers: described }
    manifests.push({ ...(await put(mediaType.ociManifest, manifest)), platform: { os, architecture } })
  }
  await put(mediaType.ociIndex, { manifests }, '1')
}

async function expectCreated(response: Response): Promise<void> {
  if (response.status !== 201) throw new Error(`The registry answered ${response.status}: ${await response.text()}`)
}
