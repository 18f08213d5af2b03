import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type List, parseList } from '../../../../src/inputs/read/list.ts'

const golden = new URL('../../../golden/lists/', import.meta.url)
const kinds = ['list', 'lines', 'options', 'verbatim'] as const

type Expected = { readonly [K in (typeof kinds)[number]]?: Partial<List> } & { readonly note?: string }

describe.each(readdirSync(golden))('parseList() reads the golden case %s', (name) => {
  const input = readFileSync(new URL(`${name}/input.txt`, golden), 'utf8')
  const expected: Expected = JSON.parse(readFileSync(new URL(`${name}/expected.json`, golden), 'utf8'))

  test.each(kinds.filter((kind) => expected[kind] !== undefined))('as %s', (kind) => {
    expect(parseList(kind, input)).toEqual({ items: [], ...expected[kind] })
  })
})

test.each(kinds)('parseList() of %s returns lines that contain the item', (kind) => {
  const text = Array.from({ length: 50 }, (_, line) => (line % 7 === 3 ? '  # no\n\n' : `item${line},x\n`)).join('')
  const lines = text.split('\n')
  for (const item of parseList(kind, text).items) expect(lines[item.line - 1]).toContain(item.text)
})
