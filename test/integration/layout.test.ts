import { createHash } from 'node:crypto'
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
import type { Descriptor } from '../../src/oci/types.ts'
import { randomImage } from '../support/image.ts'
import { writeIndexJson } from '../support/layout.ts'
import { createRandom } from '../support/random.ts'

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'layout-'))
})

afterEach(() => rmSync(dir, { recursive: true }))

describe('an OCI layout', () => {
  it('returns the written image', async () => {
    const { tree, content } = await randomImage(createRandom(1), ['amd64', 'arm64'])
    for (const bytes of content.values()) await writeBlob(dir, bytes, mediaType.ociLayerGzip)
    await writeIndexJson(dir, tree.root)
    const root = await readLayout(dir)
    expect(root).toEqual(tree.root)
    expect(await walkImage(root, async (descriptor) => await readBlob(dir, descriptor))).toEqual(tree)
  })

  it('accepts streams, and leaves nothing of a failed one', async () => {
    const long = 'hello'.repeat(1000)
    const blob = await writeBlob(dir, Readable.from([Buffer.from(long)]), mediaType.ociLayer)
    expect(blob).toEqual({ mediaType: mediaType.ociLayer, digest: digestOf(long), size: 5000 })
    const failing = new Readable({ read: () => failing.destroy(new Error('gone')) })
    await expect(writeBlob(dir, failing, mediaType.ociLayer)).rejects.toThrow('gone')
    expect(readdirSync(join(dir, 'blobs'))).toEqual(['sha256'])
    expect(readdirSync(join(dir, 'blobs', 'sha256'))).toHaveLength(1)
  })

  it('opens a blob at an offset', async () => {
    const blob = await writeBlob(dir, Buffer.from('hello'), mediaType.ociLayer)
    expect(await text(await layoutStore(dir).open(blob, { start: 2 }))).toBe('llo')
  })
})

describe('layoutStore()', () => {
  const hello = { mediaType: mediaType.ociLayer, digest: digestOf('hello'), size: 5 }
  const readerOf = (content: string) => {
    const opened: string[] = []
    const open = async ({ digest }: Descriptor) => {
      opened.push(digest)
      return Readable.from([Buffer.from(content)])
    }
    return { open, opened }
  }

  it('has stored blobs, and stores each once', async () => {
    const [store, reader] = [layoutStore(join(dir, 'new')), readerOf('hello')]
    expect(await store.has(hello)).toBe(false)
    expect(await Promise.all([store.put(hello, reader), store.put(hello, reader)])).toEqual(['pushed', 'pushed'])
    expect(await store.put(hello, reader)).toBe('exists')
    expect(reader.opened).toHaveLength(1)
    expect([await store.has(hello), await text(await store.open(hello))]).toEqual([true, 'hello'])
  })

  it('names a blob by the algorithm of its digest', async () => {
    const hex = createHash('sha512').update('hello').digest('hex')
    await layoutStore(dir).put({ ...hello, digest: `sha512:${hex}` }, readerOf('hello'))
    expect(readdirSync(join(dir, 'blobs', 'sha512'))).toEqual([hex])
  })

  it.each([
    ['another content', readerOf('hallo'), 'its digest is'],
    ['less', readerOf('hell'), 'it has 4 bytes, expected 5'],
    ['more', readerOf('hello!'), 'it is longer than the expected 5 bytes'],
  ])(
    'rejects a blob that is %s, leaves nothing of it, and accepts the right one afterwards',
    async (_, wrong, found) => {
      const store = layoutStore(dir)
      await expect(store.put(hello, wrong)).rejects.toThrow(`Cannot copy blob ${hello.digest}: ${found}`)
      expect(await store.has(hello)).toBe(false)
      expect(readdirSync(join(dir, 'blobs'))).toEqual(['sha256'])
      expect(readdirSync(join(dir, 'blobs', 'sha256'))).toEqual([])
      expect(await store.put(hello, readerOf('hello'))).toBe('pushed')
    },
  )

  it('opens a file only when it is read', async () => {
    const content = await layoutStore(dir).open(hello)
    await expect(text(content)).rejects.toThrow('ENOENT')
  })
})

describe('readLayout()', () => {
  const entry = { mediaType: mediaType.ociManifest, digest: digestOf('a'), size: 1 }
  const index = (...manifests: readonly unknown[]) => JSON.stringify({ schemaVersion: 2, manifests })

  it('accepts several names of one image', async () => {
    await writeIndexJson(dir, entry)
    writeFileSync(
      join(dir, 'index.json'),
      index(entry, { ...entry, annotations: { 'org.opencontainers.image.ref.name': '2' } }),
    )
    expect(await readLayout(dir)).toEqual(entry)
  })

  it.each([
    ['no image', index(), 'index.json lists no image'],
    ['two images', index(entry, { ...entry, digest: digestOf('b') }), 'index.json lists 2 images, expected one'],
    ['no list', '{}', '"manifests" is not a list of descriptors'],
  ])('rejects one with %s', async (_, text, found) => {
    await writeIndexJson(dir, entry)
    writeFileSync(join(dir, 'index.json'), text)
    await expect(readLayout(dir)).rejects.toThrow(found)
  })

  it('rejects a directory without a layout', async () => {
    await expect(readLayout(dir)).rejects.toThrow(`Cannot read the OCI layout in ${dir}: it has no oci-layout file`)
  })
})

describe('readBlob()', () => {
  it('rejects a modified blob', async () => {
    const blob = await writeBlob(dir, Buffer.from('hello'), mediaType.ociConfig)
    writeFileSync(blobPath(dir, blob.digest), 'hallo')
    await expect(readBlob(dir, blob)).rejects.toThrow(expect.objectContaining({ code: 'content-mismatch' }))
  })

  it('reports that a blob is missing', async () => {
    const blob = { mediaType: mediaType.ociConfig, digest: digestOf('x'), size: 1 }
    await expect(readBlob(dir, blob)).rejects.toThrow('it does not exist')
  })
})

describe('blobPath()', () => {
  it('returns no path for an invalid digest', () => {
    expect(() => blobPath(dir, 'sha256:../../../etc/passwd')).toThrow('is not a digest')
  })
})
