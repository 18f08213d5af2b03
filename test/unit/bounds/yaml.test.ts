import { expect, it } from 'vitest'
import { loadYaml } from '../../../src/bounds/yaml.ts'

const parse = await loadYaml()

it('loadYaml() returns the value of the text, including aliases', () => {
  expect(parse('a: &x [1, two]\nb: *x\n')).toEqual({ a: [1, 'two'], b: [1, 'two'] })
})

it('loadYaml() reads thousands of keys', () => {
  const keys = Array.from({ length: 6_000 }, (_, index) => `k${index}: v`)
  expect(Object.keys(Object(parse(keys.join('\n'))))).toHaveLength(6_000)
})

const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)].join(
  '\n',
)

it.each([
  {
    name: 'an anchor that contains itself',
    text: 'a: &a [*a]',
    says: 'nested deeper than 64 levels, or an anchor contains itself',
  },
  {
    name: 'two anchors that contain each other',
    text: 'a: &a\n  b: &b\n    c: *a\n    d: *b',
    says: 'more than 10000 values',
  },
  { name: 'aliases that multiply', text: bomb, says: 'Excessive alias count' },
  { name: 'many levels in brackets', text: '['.repeat(60_000), says: 'nested deeper than' },
  {
    name: 'many levels in brackets that are closed',
    text: '['.repeat(1000) + ']'.repeat(1000),
    says: 'nested deeper than',
  },
  { name: 'many levels of lists', text: '- '.repeat(30_000), says: 'nested deeper than' },
  { name: 'a large text', text: `a: ${'x'.repeat(300_000)}`, says: 'larger than 64 KiB' },
  { name: 'many values', text: `[${'1,'.repeat(11_000)}]`, says: 'more than 10000 values' },
  { name: 'a duplicate key', text: 'a: 1\nb: 2\n a: 3', says: /line 2|line 3/ },
  { name: 'a duplicate key with its position', text: 'a: 1\nb: 2\na: 3', says: '"a" at line 3, column 1' },
  { name: 'text that is not YAML', text: 'a: [1', says: 'line 1' },
  { name: 'two documents', text: 'a: 1\n---\nb: 2', says: 'multiple documents' },
])('loadYaml() rejects $name', ({ text, says }) => {
  expect(() => parse(text)).toThrow(says)
})
