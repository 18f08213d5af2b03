import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { writeBlob } from '../../src/oci/layout.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { startRegistry } from '../support/registry.ts'
import { createTestClient } from '../support/registry-client.ts'
import { sizeOf } from '../support/seeded-part.ts'
import { tempFolder } from '../support/temp.ts'

const mebibyte = 1024 * 1024

describe('pushBlob()', () => {
  it('needs no more memory for a large blob than for a small one', async () => {
    const size = sizeOf(300, 165) * mebibyte
    const chunk = Buffer.alloc(mebibyte / 4, 'layer')
    const pieces = function* (start: number) {
      for (let at = start; at < size; at += chunk.length) yield chunk
    }
    const hash = createHash('sha256')
    for (const piece of pieces(0)) hash.update(piece)
    const blob = { mediaType: mediaType.ociLayer, digest: `sha256:${hash.digest('hex')}` as const, size }

    const registry = await startRegistry({ forgetBlobs: true })
    const client = createTestClient()
    const before = process.memoryUsage().rss
    let most = before
    const onProgress = () => {
      most = Math.max(most, process.memoryUsage.rss())
    }
    const open = (start: number) => Readable.from(pieces(start), { objectMode: false })
    const push = client.pushBlob({ registry: registry.host, repository: 'large' }, blob, open, { onProgress })
    expect(await push).toBe('pushed')
    client.close()
    await registry.close()
    // It would be 165 or more if held completely. It is about 60 on an idle machine; a busy one collects garbage late.
    expect((most - before) / mebibyte).toBeLessThan(150)
  })
})

describe('beginBlob()', () => {
  it('follows a blob that is written faster than it is sent without holding it in memory', async () => {
    const size = sizeOf(300, 165) * mebibyte
    const chunk = Buffer.alloc(mebibyte / 4, 'layer')
    const dir = tempFolder()
    const registry = await startRegistry({ forgetBlobs: true })
    const client = createTestClient()
    const target = { registry: registry.host, repository: 'large' }
    const before = process.memoryUsage().rss
    let most = before
    const pieces = async function* () {
      for (let at = 0; at < size; at += chunk.length) yield chunk
    }
    let sent = 0
    const open = async function* (content: AsyncIterable<Uint8Array>) {
      for await (const piece of content) {
        sent += piece.length
        most = Math.max(most, process.memoryUsage.rss())
        await new Promise((done) => setTimeout(done, 1))
        yield piece
      }
    }
    const uploads: ReturnType<typeof client.beginBlob>[] = []
    let written = 0
    const begin = (content: () => AsyncIterable<Uint8Array>): void => {
      uploads.push(client.beginBlob(target, () => Readable.from(open(content()), { objectMode: false }), {}))
    }
    const follow = { bytes: mebibyte, begin }
    const blob = await writeBlob(dir, Readable.from(pieces(), { objectMode: false }), mediaType.ociLayer, { follow })
    written = sent
    uploads[0]?.name(blob)
    expect(await client.pushBlob(target, blob, () => Readable.from([]))).toBe('pushed')
    client.close()
    await registry.close()
    expect(uploads).toHaveLength(1)
    expect(sent).toBe(size)
    expect(written).toBeLessThan(size)
    expect((most - before) / mebibyte).toBeLessThan(150)
  })
})
