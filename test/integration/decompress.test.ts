import { execFileSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decompressed } from '../../src/tree/archive/decompress.ts'
import { rowsOfColumn, seededPart } from '../support/seeded-part.ts'
import { missingPrograms } from '../support/skipped.ts'

const mebibyte = 1024 * 1024
const pack = (program: 'bzip2' | 'xz', content: Uint8Array, ...args: readonly string[]): Buffer =>
  execFileSync(program, ['-c', ...args], { input: content, maxBuffer: 2 ** 28 })
/** In pieces of an odd size, so that no structure ends at a piece. */
function* pieces(content: Buffer, size = 7001): Generator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}
const unpack = async (content: Buffer) => await buffer(decompressed(Readable.from(pieces(content)), 'Cannot unpack it'))
/** Bytes that look random and are always the same. */
const noise = (length: number) =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length))

const packs = new Map<string, Buffer>()
/** Noise of that length, which is packed once: for each stream, xz clears a hundred megabytes. */
function packedNoise(program: 'bzip2' | 'xz', length: number): Buffer {
  const key = `${program} ${length}`
  const packed = packs.get(key) ?? pack(program, noise(length))
  packs.set(key, packed)
  return packed
}

const contents: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('a')],
  ['runs of all lengths', Buffer.concat(Array.from({ length: 600 }, (_, length) => Buffer.alloc(length, length)))],
  ['one long run', Buffer.alloc(1_000_000, 'a')],
  ['all bytes', Buffer.from(Array.from({ length: 512 }, (_, at) => at & 0xff))],
  // The largest block has 900 kB.
  ['noise of several blocks', noise(950_000)],
  ['text', Buffer.from('the quick brown fox\n'.repeat(20_000))],
]

describe.skipIf(missingPrograms('bzip2', 'xz')).each(['bzip2', 'xz'] as const)('decompressed() of %s', (program) => {
  it.each(contents.map(([name, content], row) => ({ name, content, row })))(
    'restores $name',
    async ({ content, row }) => {
      // For -9, xz clears hundreds of megabytes.
      const best = program === 'xz' && process.env['POLYARCH_MATRIX'] !== 'all' ? '-6' : '-9'
      // One of the levels, the other one the day after.
      for (const level of rowsOfColumn(['-1', best], row % 2, 2)) {
        expect((await unpack(pack(program, content, level))).equals(content)).toBe(true)
      }
    },
  )

  it('treats two streams as one', async () => {
    const [first, second] = [noise(100_000), Buffer.from('end')]
    const both = await unpack(Buffer.concat([packedNoise(program, 100_000), pack(program, second)]))
    expect(both.equals(Buffer.concat([first, second]))).toBe(true)
  })

  it.each([6, 7, 11, 40, 5000, 70_001])('rejects a stream that ends after %i bytes', async (length) => {
    const packed = packedNoise(program, 100_000).subarray(0, length)
    await expect(unpack(packed)).rejects.toMatchObject({
      code: 'archive-invalid',
      message: expect.stringMatching(/^Cannot unpack it: /),
    })
  })

  it('returns the content or rejects it, whichever byte is wrong', async () => {
    const content = noise(3000)
    const packed = pack(program, content)
    // The first bytes identify the format.
    const places = [...packed.keys()].filter((at) => at >= 6 && at % 13 === 6)
    for (const at of seededPart(places, 6)) {
      const damaged = Buffer.from(packed)
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8))
      const found = await unpack(damaged).catch((error: { readonly code: string }) => error.code)
      if (typeof found === 'string') expect(found).toMatch(/^archive-(?:invalid|unsupported)$/)
      else expect(found.equals(content)).toBe(true)
    }
  })

  it('passes on an error of the source', async () => {
    const failing = async function* () {
      yield* pieces(pack(program, noise(200_000)).subarray(0, 100_000))
      throw new Error('the disk is gone')
    }
    await expect(buffer(decompressed(failing(), 'Cannot unpack it'))).rejects.toThrow('the disk is gone')
  })

  it('needs no more memory for large content than for small content', async () => {
    // Several streams, because packing takes longer than unpacking.
    const part = pack(program, Buffer.alloc(8 * mebibyte), '-1')
    const bomb = Buffer.concat(Array(15).fill(part))
    const before = process.memoryUsage.rss()
    let most = before
    let size = 0
    for await (const chunk of decompressed(Readable.from([bomb]), 'Cannot unpack it')) {
      size += chunk.length
      if (size % mebibyte < chunk.length) most = Math.max(most, process.memoryUsage.rss())
    }
    expect(size).toBe(120 * mebibyte)
    expect((most - before) / mebibyte).toBeLessThan(100)
  })

  it.each([1000, 300_000])('can be stopped early and started again, with %i bytes', async (length) => {
    const packed = packedNoise(program, length)
    for (let time = 0; time < 3; time += 1) {
      for await (const chunk of decompressed(Readable.from(pieces(packed)), 'Cannot unpack it')) {
        expect(chunk.length).toBeGreaterThan(0)
        break
      }
    }
    expect(await unpack(packed)).toHaveLength(length)
  })

  it('can run several times in parallel', async () => {
    const packed = packedNoise(program, 300_000)
    const sizes = await Promise.all([1, 2, 3].map(async () => (await unpack(packed)).length))
    expect(sizes).toEqual([300_000, 300_000, 300_000])
  })
})

describe('decompressed()', () => {
  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('restores %s, and rejects it if truncated', async (_, packer) => {
    const packed = packer(noise(100_000))
    expect(await unpack(packed)).toHaveLength(100_000)
    await expect(unpack(packed.subarray(0, 50_000))).rejects.toMatchObject({ code: 'archive-invalid' })
  })

  it('passes on other content unchanged', async () => {
    expect((await unpack(Buffer.from('BZ'))).toString()).toBe('BZ')
  })

  it.skipIf(missingPrograms('xz')).each([
    ['a checksum of SHA-256', ['--check=sha256']],
    ['a filter for programs', ['--x86', '--lzma2']],
    ['a dictionary of 512 MiB', ['--lzma2=dict=512MiB']],
  ])('reports that it cannot read xz with %s', async (_, args) => {
    const failed = unpack(pack('xz', noise(1000), ...args))
    await expect(failed).rejects.toMatchObject({
      code: 'archive-unsupported',
      message: expect.stringMatching(/^Cannot unpack it: it /),
    })
  })
})
