import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { mediaType } from '../../src/oci/media-type.ts'
import { startRegistry } from '../support/registry.ts'
import { createTestClient } from '../support/registry-client.ts'

const mebibyte = 1024 * 1024

describe('pushBlob()', () => {
  it('needs no more memory for a large blob than for a small one', async () => {
    const size = 200 * mebibyte
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
    // It would be 200 if held completely. It is about 60 on an idle machine; a busy one collects garbage late.
    expect((most - before) / mebibyte).toBeLessThan(150)
  })
})
