import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { type List, parseList } from '../../../../src/inputs/read/list.ts'
import { readRecord } from '../../../../src/inputs/read/record.ts'
import { seededPart } from '../../../support/seeded-part.ts'

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

/** Every text of up to `length` of the characters. */
const textsOf = (characters: readonly string[], length: number): readonly string[] =>
  length === 0 ? [''] : textsOf(characters, length - 1).flatMap((text) => ['', ...characters].map((one) => text + one))

describe('texts without quotes, which are split without the CSV parser,', () => {
  const all = [...new Set(textsOf(['a', ',', '\n', '#', ' ', '\ufeff', '\t'], 5))]
  const texts = seededPart(all, 5)
  /** The text as the parser reads it: a quoted comment after it has no effect but that the parser is used. */
  const parsed = (kind: 'list' | 'lines', text: string) => parseList(kind, `${text}\n# "`)

  test('are lists with the same items', () => {
    expect(all.length).toBeGreaterThan(10_000)
    for (const kind of ['list', 'lines'] as const) {
      const different = texts.filter(
        (text) => JSON.stringify(parseList(kind, text)) !== JSON.stringify(parsed(kind, text)),
      )
      expect(different).toEqual([])
    }
  })

  test('are records with the same fields', () => {
    const lines = texts.filter((text) => text !== '' && !text.includes('\n'))
    const different = lines.filter(
      (text) => JSON.stringify(readRecord(text)) !== JSON.stringify(parse(text, { relax_column_count: true })[0]),
    )
    expect(different).toEqual([])
  })
})
