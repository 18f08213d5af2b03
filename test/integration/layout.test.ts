import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../src/oci/digest.ts'
import { walkImage } from '../../src/oci/image-tree.ts'
import { blobPath, layoutStore, readBlob, readLayout, writeBlob } from '../../src/oci/layout.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { randomImage } from '../support/image.ts'
import { writeIndexJson } from '../support/layout.ts'
import { createRandom } from '../support/random.ts'

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'layout-'))
})

afterEach(() => rmSync(dir, { recursive: true }))

describe('an OCI layout', () => {
  it('gives back the image that was written', async () => {
    const { tree, content } = await randomImage(createRandom(1), ['amd64', 'arm64'])
    for (const bytes of content.values()) await writeBlob(dir, bytes, mediaType.ociLayerGzip)
    await writeIndexJson(dir, tree.root)
    const root = await readLayout(dir)
    expect(root).toEqual(tree.root)
    expect(await walkImage(root, async (descriptor) => await readBlob(dir, descriptor))).toEqual(tree)
  })

  it('takes streams, and leaves nothing of one that fails', async () => {
    const text = 'hello'.repeat(1000)
    const blob = await writeBlob(dir, Readable.from([Buffer.from(text)]), mediaType.ociLayer)
    expect(blob).toEqual({ mediaType: mediaType.ociLayer, digest: digestOf(text), size: 5000 })
    const failing = new Readable({ read: () => failing.destroy(new Error('gone')) })
    await expect(writeBlob(dir, failing, mediaType.ociLayer)).rejects.toThrow('gone')
    expect(readdirSync(join(dir, 'blobs'))).toEqual(['sha256'])
    expect(readdirSync(join(dir, 'blobs', 'sha256'))).toHaveLength(1)
  })

  it('opens a blob from a byte on', async () => {
    const blob = await writeBlob(dir, Buffer.from('hello'), mediaType.ociLayer)
    expect(await text(await layoutStore(dir).open(blob, { start: 2 }))).toBe('llo')
  })
})

describe('readLayout()', () => {
  const entry = { mediaType: mediaType.ociManifest, digest: digestOf('a'), size: 1 }
  const index = (...manifests: readonly unknown[]) => JSON.stringify({ schemaVersion: 2, manifests })

  it('takes several names of one image for one', async () => {
    await writeIndexJson(dir, entry)
    writeFileSync(
      join(dir, 'index.json'),
      index(entry, { ...entry, annotations: { 'org.opencontainers.image.ref.name': '2' } }),
    )
    expect(await readLayout(dir)).toEqual(entry)
  })

  it.each([
    ['no image', index(), 'index.json lists no image'],
    [
      'two images',
      index(entry, { ...entry, digest: digestOf('b') }),
      'index.json lists 2 images where one is expected',
    ],
    ['no list', '{}', '"manifests" is not a list of descriptors'],
  ])('refuses one with %s', async (_, text, found) => {
    await writeIndexJson(dir, entry)
    writeFileSync(join(dir, 'index.json'), text)
    await expect(readLayout(dir)).rejects.toThrow(found)
  })

  it('refuses a folder that is none', async () => {
    await expect(readLayout(dir)).rejects.toThrow(`Cannot read the OCI layout in ${dir}: it has no oci-layout file`)
  })
})

describe('readBlob()', () => {
  it('refuses a blob that was changed', async () => {
    const blob = await writeBlob(dir, Buffer.from('hello'), mediaType.ociConfig)
    writeFileSync(blobPath(dir, blob.digest), 'hallo')
    await expect(readBlob(dir, blob)).rejects.toThrow(expect.objectContaining({ code: 'content-mismatch' }))
  })

  it('says that a blob is missing', async () => {
    const blob = { mediaType: mediaType.ociConfig, digest: digestOf('x'), size: 1 }
    await expect(readBlob(dir, blob)).rejects.toThrow('it does not exist')
  })
})

describe('blobPath()', () => {
  it('makes no path of what is no digest', () => {
    expect(() => blobPath(dir, 'sha256:../../../etc/passwd')).toThrow('is not a digest')
  })
})
