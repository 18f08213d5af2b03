import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type SpoolOptions, spool } from '../../src/tree/spool.ts'
import { tempFolder } from '../support/temp.ts'

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 100) yield bytes.subarray(start, start + 100)
}

const content = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251))
const open = async () => pieces(gzipSync(content))

function options(more: Partial<SpoolOptions> = {}): SpoolOptions {
  return { folder: join(tempFolder({}), 'spool'), what: 'Cannot unpack x', size: () => 4000, ...more }
}

test('spool() returns any part, and decompresses no more than requested, once', async () => {
  const given = options()
  const range = spool(open, given)
  expect(existsSync(given.folder)).toBe(false)
  expect(await buffer(await range(1000, 500))).toEqual(content.subarray(1000, 1500))
  expect(await buffer(await range(3999, 10))).toEqual(content.subarray(3999, 4000))
  expect(await buffer(await range(10, 0))).toHaveLength(0)
  expect(readdirSync(given.folder)).toHaveLength(1)
})

test('spool() checks the compression of unread content too', async () => {
  const cut = async () => pieces(gzipSync(content).subarray(0, -1))
  await expect(spool(cut, options())(0, 1)).rejects.toMatchObject({ code: 'archive-invalid' })
})

test('spool() writes nothing if there is too little space', async () => {
  const given = options({ free: async () => 3999 })
  await expect(spool(open, given)(0, 1)).rejects.toMatchObject({
    code: 'disk-full',
    message: `Cannot unpack x: it unpacks to 4000 bytes, and 3999 are free in ${given.folder}`,
  })
  expect(readdirSync(given.folder)).toEqual([])
})

test.for(['ENOSPC', 'EDQUOT'])('spool() leaves nothing behind if the disk is full (%s)', async (code) => {
  const given = options({ free: async () => undefined })
  async function* full(): AsyncGenerator<Uint8Array> {
    yield content.subarray(0, 100)
    throw Object.assign(new Error(code), { code, syscall: 'write' })
  }
  await expect(spool(async () => full(), given)(0, 1)).rejects.toMatchObject({ code: 'disk-full' })
  expect(readdirSync(given.folder)).toEqual([])
})
