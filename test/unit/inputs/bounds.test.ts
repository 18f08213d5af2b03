import { expect, it } from 'vitest'
import { parseInputs } from '../../../src/inputs/parse.ts'

/** The error of inputs of which one is `text`. */
function errorOf(name: string, text: string): unknown {
  try {
    parseInputs((input) => (input === name ? text : input === 'images' ? 'acme/app' : ''), ['images', name], {})
    return undefined
  } catch (error) {
    return error
  }
}

it.each([
  {
    name: 'a text of more than a megabyte',
    input: 'dockerfile-inline',
    text: 'x'.repeat(2 ** 20 + 1),
    says: 'larger than',
  },
  {
    name: 'a long list',
    input: 'labels',
    text: 'a=b\n'.repeat(10_001),
    says: 'line 10001: it has more than 10000 entries',
  },
  { name: 'a line of many tags', input: 'tags', text: 'a,'.repeat(60_000), says: 'it has more than 10000 entries' },
  {
    name: 'many platforms that do not exist',
    input: 'platforms',
    text: 'linux/amd65\n'.repeat(10_000),
    says: 'line 100',
  },
])('parseInputs() rejects $name', ({ input, text, says }) => {
  expect(errorOf(input, text)).toMatchObject({ code: 'input-invalid', message: expect.stringContaining(says) })
})

it('parseInputs() accepts lists of thousands', () => {
  const lines = Array.from({ length: 9000 }, (_, index) => `k${index}=v`)
  expect(errorOf('labels', lines.join('\n'))).toBeUndefined()
  expect(errorOf('tags', lines.map((_, index) => `t${index}`).join(','))).toBeUndefined()
})
