import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, type Header } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { writeTar } from '../../../../src/tree/archive/write-tar.ts'
import type { FileEntry } from '../../../../src/tree/file-entry.ts'
import { rootNode } from '../../../../src/tree/tree.ts'

const time = 1_700_000_000_999

function file(path: string, text: string): FileEntry {
  const node = { ...rootNode, type: 'file', mode: 0o644, mtime: time, size: Buffer.byteLength(text) } as const
  return { path, node, open: async () => Readable.from([Buffer.from(text)]) }
}

const entries: readonly FileEntry[] = [
  { path: 'app', node: { ...rootNode, mtime: time } },
  file('app/hello', 'hello'),
  { path: 'app/link', node: { ...rootNode, type: 'symlink', mode: 0o777, target: 'hello' } },
  { path: 'app/same', node: { ...rootNode, type: 'file', mode: 0o644 }, linkTo: 'app/hello' },
  file(`app/${'long/'.repeat(60)}name`, ''),
  { path: 'dev', node: { ...rootNode, type: 'character-device', mode: 0o666, device: { major: 1, minor: 3 } } },
]

describe('writeTar()', () => {
  test('writes these bytes', async () => {
    const bytes = await buffer(writeTar(entries))
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      'd052a5a6272381483d33f0486a48fb689088d29bde560684020bbe338b616ae1',
    )
    expect(bytes.subarray(0, 512).toString('latin1').replace(/\0+/g, '|')).toMatchInlineSnapshot(
      `"app/|0000755|0000000|0000000|00000000000|14524770400|010027| 5|ustar|00|0000000|0000000|"`,
    )
  })

  test('is read by another library', async () => {
    const headers: Header[] = []
    for await (const entry of Readable.from([await buffer(writeTar(entries))]).pipe(extract())) {
      headers.push(entry.header)
      entry.resume()
    }
    expect(headers.map(({ name, type, size, linkname }) => [name, type, size, linkname])).toEqual([
      ['app/', 'directory', 0, null],
      ['app/hello', 'file', 5, null],
      ['app/link', 'symlink', 0, 'hello'],
      ['app/same', 'link', 0, 'app/hello'],
      [`app/${'long/'.repeat(60)}name`, 'file', 0, null],
      ['dev', 'character-device', 0, null],
    ])
    expect(headers[1]).toMatchObject({ uname: '', gname: '', mtime: new Date(1_700_000_000_000) })
  })

  test('limits the times of entries to the epoch', async () => {
    const times: (Date | undefined)[] = []
    for await (const entry of Readable.from([await buffer(writeTar(entries, { epoch: 1000 }))]).pipe(extract())) {
      times.push(entry.header.mtime)
      entry.resume()
    }
    expect(new Set(times.map((date) => date?.getTime()))).toEqual(new Set([1_000_000, 0]))
  })
})
