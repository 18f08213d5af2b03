import { describe, expect, test } from 'vitest'
import { ActionError } from '../../../../src/errors/action-error.ts'
import { readTar, tarLimits } from '../../../../src/tree/archive/read-tar.ts'
import type { TarEntry } from '../../../../src/tree/archive/tar-entry.ts'
import { tarHeader } from '../../../../src/tree/archive/tar-header.ts'
import { writeTar } from '../../../../src/tree/archive/write-tar.ts'
import { rootNode, type TreeNode } from '../../../../src/tree/tree.ts'
import { createRandom } from '../../../support/random.ts'
import { seededPart } from '../../../support/seeded-part.ts'

async function* chunks(bytes: Uint8Array, size = 97): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

async function read(
  bytes: Uint8Array,
  limits = { entries: 1000, bytes: 1_000_000, names: 100_000, attributes: 1000 },
): Promise<readonly TarEntry[]> {
  const entries: TarEntry[] = []
  for await (const entry of readTar(chunks(bytes), 'Cannot read test', limits)) entries.push(entry)
  return entries
}

const file: TreeNode = { ...rootNode, type: 'file', mode: 0o644, mtime: 1_700_000_000_000, size: 5 }
const end = Buffer.alloc(1024)

async function archive(): Promise<Buffer> {
  const hello = async () => chunks(Buffer.from('hello'))
  const entries = [
    { path: 'd', node: { ...rootNode, mtime: 1000 } },
    {
      path: `d/${'n'.repeat(120)}/ünï`,
      node: { ...file, xattrs: new Map([['user.k', Buffer.from([0, 255, 10])]]) },
      open: hello,
    },
    { path: 'd/link', node: { ...rootNode, type: 'symlink' as const, mode: 0o777, target: 'x'.repeat(150) } },
    { path: 'd/z', node: { ...file, uid: 3_000_000, gid: 5, mtime: -1000 }, open: hello },
    { path: 'd/zz', node: { ...file, size: 0, uid: 3_000_000, gid: 5 }, linkTo: 'd/z' },
  ]
  const pieces: Uint8Array[] = []
  for await (const piece of writeTar(entries)) pieces.push(piece)
  return Buffer.concat(pieces)
}

describe('readTar()', () => {
  test('reads the archives of writeTar()', async () => {
    const entries = await read(await archive())
    expect(entries.map(({ name }) => name)).toEqual(['d/', `d/${'n'.repeat(120)}/ünï`, 'd/link', 'd/z', 'd/zz'])
    expect(entries[1]?.node.xattrs?.get('user.k')).toEqual(Buffer.from([0, 255, 10]))
    expect(entries[2]?.node).toMatchObject({ type: 'symlink', target: 'x'.repeat(150) })
    expect(entries[3]?.node).toMatchObject({ uid: 3_000_000, gid: 5, mtime: -1000, size: 5 })
    expect(entries[4]).toMatchObject({ linkTo: 'd/z', node: { size: 0 } })
  })

  test('treats the end of the file as the end of the archive', async () => {
    expect(await read(tarHeader({ path: 'd', node: rootNode }, 0))).toHaveLength(1)
    expect(await read(Buffer.alloc(0))).toEqual([])
  })

  const header = tarHeader({ path: 'f', node: file }, 0)
  const damaged = Buffer.from(header)
  damaged[0] = 0x67
  test.for([
    ['a wrong checksum', damaged],
    ['content that is cut short', Buffer.concat([header, Buffer.from('he')])],
    ['a header that is cut short', header.subarray(0, 300)],
    [
      'more bytes than the limit',
      Buffer.concat([tarHeader({ path: 'f', node: { ...file, size: 2_000_000 } }, 0), Buffer.alloc(2_000_000)]),
    ],
    [
      'more entries than the limit',
      Buffer.concat([...Array.from({ length: 1100 }, () => tarHeader({ path: 'd', node: rootNode }, 0)), end]),
    ],
  ] as const)('rejects %s', async ([, bytes]) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'archive-invalid' })
  })

  const xattrs = (size: number) => new Map([['user.x', Buffer.alloc(size)]])
  const many = (count: number, header: Uint8Array) => Buffer.concat([...Array<Uint8Array>(count).fill(header), end])
  const empty = { ...file, size: 0 }
  /** A PAX header of that many bytes with nothing after it; with `flag` g it applies to all entries. */
  const paxHeader = (size: number, flag = 'x') => {
    const whole = tarHeader({ path: 'f', node: { ...empty, xattrs: xattrs(size) } }, 0).subarray(0, -512)
    whole[156] = flag.charCodeAt(0)
    repair(whole.subarray(0, 512))
    return whole
  }
  const negative = paxHeader(0).subarray(0, 512)
  negative[124] = 0xff
  repair(negative)
  test.for([
    [
      'extended attributes',
      many(2, tarHeader({ path: 'f', node: { ...empty, xattrs: xattrs(600) } }, 0)),
      'attributes',
    ],
    ['names', many(50, tarHeader({ path: 'n'.repeat(3000), node: empty }, 0)), 'names'],
    ['link targets', many(50, tarHeader({ path: 'l', node: empty, linkTo: 'n'.repeat(3000) }, 0)), 'names'],
    ['headers of one entry', many(6, paxHeader(200_000)), 'headers of 120'],
    ['headers of all entries', many(6, paxHeader(200_000, 'g')), 'headers of 120'],
    ['headers behind one of less than none', Buffer.concat([negative, many(6, paxHeader(200_000))]), 'invalid size'],
  ] as const)('rejects too many bytes of %s', async ([, bytes, says]) => {
    const reading = read(bytes, { entries: 1000, bytes: 10_000_000, names: 100_000, attributes: 1000 })
    await expect(reading).rejects.toMatchObject({ code: 'archive-invalid', message: expect.stringContaining(says) })
  })

  test('keeps only the bytes of an attribute of the archive', async () => {
    const [entry] = await read(tarHeader({ path: 'f', node: { ...empty, xattrs: xattrs(5) } }, 0))
    expect(entry?.node.xattrs?.get('user.x')?.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize)
  })

  test('counts entries, but not their extension headers', async () => {
    // The name is in a header of its own.
    const entry = tarHeader({ path: `d/${'n'.repeat(120)}`, node: { ...file, size: 0 } }, 0)
    const bytes = Buffer.concat([...Array<Buffer>(3).fill(entry), end])
    const limits = { ...tarLimits, entries: 3 }
    expect(await read(bytes, limits)).toHaveLength(3)
    await expect(read(bytes, { ...limits, entries: 2 })).rejects.toMatchObject({ code: 'archive-invalid' })
  })

  test('returns entries or throws ActionError for damaged archives', async () => {
    const whole = await archive()
    const rounds = seededPart([...Array(3000).keys()], 5)
    let refused = 0
    for (const round of rounds) {
      const random = createRandom(round)
      const bytes = Buffer.from(whole.subarray(0, random() < 0.2 ? Math.floor(random() * whole.length) : whole.length))
      for (let change = 0; change < 1 + random() * 4; change += 1)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      // Half of the damage has a correct checksum.
      if (random() < 0.5) for (let at = 0; at + 512 <= bytes.length; at += 512) repair(bytes.subarray(at, at + 512))
      await read(bytes).catch((error: unknown) => {
        refused += 1
        if (!(error instanceof ActionError)) throw error
      })
    }
    expect(refused).toBeGreaterThan(rounds.length / 30)
  })
})

function repair(header: Buffer): void {
  if (header.toString('latin1', 257, 262) !== 'ustar') return
  header.fill(0x20, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
}
