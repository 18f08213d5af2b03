import { describe, expect, it } from 'vitest'
import { type FlagRows, isOn, readFlags } from '../../../src/cli/read-flags.ts'

const rows = {
  tags: { kind: 'list', doc: '', short: 't' },
  file: { kind: 'value', doc: '', short: 'f' },
  push: { kind: 'optional', doc: '' },
  json: { kind: 'switch', doc: '' },
  'no-cache': { kind: 'optional', doc: '' },
} as const satisfies FlagRows

function read(...args: readonly string[]) {
  const given = readFlags(args, { command: 'build', rows, notFlags: { password: 'set POLYARCH_PASSWORD' } })
  return { flags: Object.fromEntries(given.flags), others: given.others }
}

describe('readFlags()', () => {
  it.each([
    { args: ['--tags', 'a', '--tags=b', '-t', 'c', '-td', '-t=e'], flags: { tags: ['a', 'b', 'c', 'd', 'e'] } },
    { args: ['--file', '-'], flags: { file: ['-'] } },
    { args: ['--file='], flags: { file: [''] } },
    { args: ['--file=a=b'], flags: { file: ['a=b'] } },
    { args: ['--push', '.'], flags: { push: ['true'] }, others: ['.'] },
    { args: ['--push=auto'], flags: { push: ['auto'] } },
    { args: ['--json=false'], flags: { json: ['false'] } },
    { args: ['a', '--', '--push', '-x'], flags: {}, others: ['a', '--push', '-x'] },
  ])('reads $args', ({ args, flags, others = [] }) => {
    expect(read(...args)).toEqual({ flags, others })
  })

  it.each([
    { args: ['--tag', 'a'], found: '"--tag" is not a flag; did you mean --tags?' },
    { args: ['--nothing-like-it'], found: '"--nothing-like-it" is not a flag' },
    { args: ['-x'], found: '"-x" is not a flag' },
    { args: ['--password', 'x'], found: '--password is not a flag: set POLYARCH_PASSWORD' },
    { args: ['--no-push'], found: '"--no-push" is not a flag; write --push=false' },
    { args: ['--tags'], found: '--tags needs a value' },
    { args: ['--tags', '--push'], found: '--tags needs a value; write --tags=--push if that is meant' },
    { args: ['--file', 'a', '-f', 'b'], found: '--file is given more than once' },
    { args: ['--json=maybe'], found: '--json is true or false, not "maybe"' },
    { args: ['--constructor'], found: '"--constructor" is not a flag' },
  ])('rejects $args', ({ args, found }) => {
    expect(() => read(...args)).toThrow(
      expect.objectContaining({
        code: 'input-invalid',
        message: `Invalid arguments: ${found}`,
        hint: 'Run polyarch build --help for its flags.',
      }),
    )
  })

  it('lists all problems, without the value of an unknown flag', () => {
    expect(() => read('--platform', 'secret-value', '--file')).toThrow(
      'Invalid arguments:\n"--platform" is not a flag\n--file needs a value',
    )
    const many = Array.from({ length: 30 }, (_, at) => `--x${at}`)
    expect(() => read(...many)).toThrow('and 10 more')
  })
})

describe('isOn()', () => {
  it.each([
    { args: ['--json'], on: true },
    { args: ['--json=false'], on: false },
    { args: [], on: false },
  ])('is $on for $args', ({ args, on }) => {
    expect(isOn(readFlags(args, { command: 'build', rows }), 'json')).toBe(on)
  })
})
