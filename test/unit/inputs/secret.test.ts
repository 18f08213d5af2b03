import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { secret } from '../../../src/inputs/secret.ts'

test('secret() reveals its text only through reveal', () => {
  const value = secret('hunter2')
  expect(value.reveal()).toBe('hunter2')
  for (const shown of [
    String(value),
    `${value}`,
    JSON.stringify({ value }),
    inspect({ deep: { value } }),
    inspect(value),
  ]) {
    expect(shown).toContain('***')
    expect(shown).not.toContain('hunter2')
  }
  expect(Object.values(value)).not.toContain('hunter2')
})
