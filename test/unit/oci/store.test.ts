import { buffer, text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import {
  alsoIn,
  type BlobReader,
  type BlobStore,
  type BlobWriter,
  byDigest,
  cached,
  checked,
  copyBlobs,
  firstOf,
  isRemote,
  readSmall,
} from '../../../src/oci/store.ts'
import type { Descriptor, Digest } from '../../../src/oci/types.ts'

const blobOf = (content: string): Descriptor => ({ mediaType: '', digest: digestOf(content), size: content.length })
const [a, b, c] = [blobOf('a'), blobOf('b'), blobOf('c')]
const repository = (name: string) => ({ registry: 'r.example', repository: name })

/** A reader that returns its name for every blob, and the list of its requests. */
function named(name: string, more: Partial<BlobReader> = {}) {
  const asked: unknown[] = []
  const open: BlobReader['open'] = async (blob, options) => {
    asked.push([blob.digest, options])
    return bytes(name)
  }
  return { open, ...more, asked }
}

async function* bytes(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content)
}

/** A store in memory. */
function memory(): BlobStore & { readonly puts: readonly Digest[] } {
  const content = new Map<Digest, Buffer>()
  const puts: Digest[] = []
  return {
    puts,
    open: async ({ digest }, { start = 0 } = {}) => bytes(String(content.get(digest)?.subarray(start))),
    has: async ({ digest }) => content.has(digest),
    put: async (blob, from) => {
      if (content.has(blob.digest)) return 'exists'
      puts.push(blob.digest)
      content.set(blob.digest, await buffer(await from.open(blob)))
      return 'pushed'
    },
  }
}

const read = async (reader: BlobReader, blob: Descriptor) => await text(await reader.open(blob))

describe('firstOf()', () => {
  it('reads each blob through the first reader that has it', async () => {
    const one = named('one', { holds: (digest) => digest === a.digest })
    const reader = firstOf(one, named('two', { holds: (digest) => digest !== c.digest }), named('three'))
    expect([await read(reader, a), await read(reader, b), await read(reader, c)]).toEqual(['one', 'two', 'three'])
  })

  it('passes start and signal on', async () => {
    const one = named('one')
    const { signal } = new AbortController()
    await firstOf(one).open(a, { start: 3, signal })
    expect(one.asked).toEqual([[a.digest, { start: 3, signal }]])
  })

  it('locates a blob through the reader that has it', () => {
    const one = named('one', { holds: (digest) => digest === a.digest, locate: () => [repository('one')] })
    const reader = firstOf(one, named('two'))
    expect([reader.locate?.(a.digest), reader.locate?.(b.digest)]).toEqual([[repository('one')], []])
    expect([isRemote(reader, a.digest), isRemote(reader, b.digest)]).toEqual([true, false])
  })

  it('reports that no reader has a blob', async () => {
    const reader = firstOf(byDigest(new Map([[a.digest, named('one')]])))
    expect([reader.holds?.(a.digest), reader.holds?.(b.digest)]).toEqual([true, false])
    await expect(reader.open(b)).rejects.toMatchObject({
      code: 'internal',
      message: `No reader has ${b.digest}`,
    })
  })
})

describe('byDigest()', () => {
  it('reads a blob through the reader that is assigned to its digest, and has no other', async () => {
    const two = named('two', { locate: () => [repository('two')] })
    const reader = byDigest(
      new Map<Digest, BlobReader>([
        [a.digest, named('one')],
        [b.digest, two],
      ]),
    )
    expect([await read(reader, a), await read(reader, b)]).toEqual(['one', 'two'])
    expect([a, b, c].map(({ digest }) => reader.holds?.(digest))).toEqual([true, true, false])
    expect([a, b].map(({ digest }) => reader.locate?.(digest))).toEqual([[], [repository('two')]])
  })
})

describe('alsoIn()', () => {
  it('adds repositories to mount from, after those of the reader', async () => {
    const reader = alsoIn(named('one', { locate: () => [repository('base')] }), [repository('app')])
    expect(reader.locate?.(a.digest)).toEqual([repository('base'), repository('app')])
    expect(alsoIn(named('one'), [repository('app')]).locate?.(a.digest)).toEqual([repository('app')])
    expect(await read(reader, a)).toBe('one')
  })
})

describe('cached()', () => {
  it('reads a blob once, and afterwards from the store', async () => {
    const source = named('a', { locate: () => [repository('base')] })
    const reader = cached(source, memory())
    expect([await read(reader, a), await read(reader, a)]).toEqual(['a', 'a'])
    expect(source.asked).toHaveLength(1)
    expect(reader.locate?.(a.digest)).toEqual([repository('base')])
  })

  it('stores the complete blob if a part is requested', async () => {
    const whole = 'whole'
    const reader = cached(named(whole), memory())
    expect(await text(await reader.open(blobOf(whole), { start: 2 }))).toBe('ole')
    expect(await read(reader, blobOf(whole))).toBe('whole')
  })
})

describe('checked()', () => {
  it('fails at the end of wrong content', async () => {
    expect(await read(checked(named('a'), 'Cannot read it'), a)).toBe('a')
    await expect(read(checked(named('b'), 'Cannot read it'), a)).rejects.toMatchObject({
      code: 'content-mismatch',
      message: expect.stringMatching(/^Cannot read it: its digest is/),
    })
  })
})

describe('copyBlobs()', () => {
  it('copies each blob, and starts no more after a failure', async () => {
    const store = memory()
    await copyBlobs([a, b], named('x'), store)
    expect(store.puts).toEqual([a.digest, b.digest])
    const broken: BlobReader = { open: () => Promise.reject(new Error('gone')) }
    const many = Array.from({ length: 40 }, (_, index) => blobOf(`blob ${index}`))
    const later = memory()
    await expect(copyBlobs(many, broken, later)).rejects.toThrow('gone')
    expect(later.puts.length).toBeLessThanOrEqual(32)
  })

  it('copies at most 4 large blobs at once, and 32 small ones', async () => {
    const many = Array.from({ length: 80 }, (_, at) => ({ ...blobOf(`blob ${at}`), size: at % 2 === 0 ? 2 ** 21 : 9 }))
    const running = { large: 0, small: 0 }
    const most = { large: 0, small: 0 }
    const put: BlobWriter['put'] = async ({ size }) => {
      const kind = size > 9 ? 'large' : 'small'
      running[kind] += 1
      most[kind] = Math.max(most[kind], running[kind])
      await new Promise((resolve) => setImmediate(resolve))
      running[kind] -= 1
      return 'pushed'
    }
    await copyBlobs(many, named('x'), { put })
    expect(most).toEqual({ large: 4, small: 32 })
  })

  it('is cancelled by its signal', async () => {
    const store = memory()
    const copied = copyBlobs([a], named('a'), store, { signal: AbortSignal.abort() })
    await expect(copied).rejects.toMatchObject({ code: 'cancelled' })
    expect(store.puts).toEqual([])
  })
})

describe('readSmall()', () => {
  it('rejects content that does not match the descriptor or is too large', async () => {
    expect(String(await readSmall(a, named('a')))).toBe('a')
    await expect(readSmall(a, named('b'))).rejects.toMatchObject({ code: 'content-mismatch' })
    const large = named('a')
    await expect(readSmall({ ...a, size: limits.config + 1 }, large)).rejects.toThrow(/the limit is .*$/)
    expect(large.asked).toEqual([])
  })
})
