import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { eachLine } from '../../../src/bounds/each-line.ts'
import { limits } from '../../../src/bounds/limits.ts'

async function linesOf(...parts: readonly string[]): Promise<readonly string[]> {
  const stream = new PassThrough()
  const lines: string[] = []
  eachLine(stream, (line) => void lines.push(line))
  for (const part of parts) {
    stream.write(part)
    await new Promise(setImmediate)
  }
  stream.end()
  await new Promise((resolve) => stream.once('close', resolve))
  return lines
}

it.each([
  [['a\nb'], ['a', 'b']],
  [
    ['a\n\n', 'b\n'],
    ['a', '', 'b'],
  ],
  [
    ['a\r', '\nb\r\n'],
    ['a', 'b'],
  ],
  [
    ['10%\r20%\r', 'done\r'],
    ['10%', '20%', 'done'],
  ],
  [['a', 'b', '\n'], ['ab']],
  [[], []],
])('splits %j', async (parts, lines) => {
  expect(await linesOf(...parts)).toEqual(lines)
})

it('returns a line without an end in pieces', async () => {
  const lines = await linesOf('x'.repeat(limits.openLine), 'x'.repeat(limits.openLine), 'x')
  expect(lines.map(({ length }) => length)).toEqual([limits.openLine, limits.openLine, 1])
})
