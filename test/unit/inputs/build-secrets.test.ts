import { describe, expect, test } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import type { BuildSecret } from '../../../src/inputs/inputs.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { type InputName, inputRows } from '../../../src/inputs/schema.ts'

type Given = { readonly [N in InputName]?: string }

const parse = (given: Given) => parseInputs((name) => given[name] ?? inputRows[name].default).inputs.secrets

/** The id and the source, with the value in plain text. */
function plain({ id, source }: BuildSecret): string {
  return `${id} ${source.kind} ${source.kind === 'value' ? source.value.reveal() : Object.values(source).at(-1)}`
}

function problems(given: Given): string {
  try {
    parse(given)
    return ''
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    expect(thrown.code).toBe('input-invalid')
    return thrown.message
  }
}

const pem = '-----BEGIN KEY-----\nMIIabc/def+0\nAAECAw==\n-----END KEY-----\n'

describe('parseInputs() of secrets, secret-envs and secret-files', () => {
  test.each([
    { name: 'a value after the first "="', given: { secrets: 'A=1=2' }, is: ['A value 1=2'] },
    {
      name: 'an unchanged value',
      given: { secrets: ' A = x,"y" \nB={"c":1}' },
      is: ['A value  x,"y" ', 'B value {"c":1}'],
    },
    {
      name: 'a value of several lines',
      given: { secrets: `"KEY=${pem}"\nB=2` },
      is: [`KEY value ${pem}`, 'B value 2'],
    },
    {
      name: 'variables, by comma or newline',
      given: { 'secret-envs': 'a=A,b=B\nc=C' },
      is: ['a env A', 'b env B', 'c env C'],
    },
    { name: 'files, with commas', given: { 'secret-files': 'a=./x,y\nb=/z=1' }, is: ['a file ./x,y', 'b file /z=1'] },
    { name: 'an id with a comma and a quote', given: { secrets: 'a,b"c=1' }, is: ['a,b"c value 1'] },
    {
      name: 'ids that are JavaScript properties',
      given: { secrets: '__proto__=1\nconstructor=2' },
      is: ['__proto__ value 1', 'constructor value 2'],
    },
    { name: 'nothing', given: { secrets: ' \n# none=1\n' }, is: [] },
    {
      name: 'all three, with their lines',
      given: { secrets: '\na=1', 'secret-envs': 'b=B', 'secret-files': '#\n\nc=./c' },
      is: ['a value 1', 'b env B', 'c file ./c'],
      lines: [2, 1, 3],
    },
  ])('reads $name', ({ given, is, lines }) => {
    const secrets = parse(given)
    expect(secrets.map(plain)).toEqual(is)
    if (lines) expect(secrets.map(({ line }) => line)).toEqual(lines)
  })

  test.each<{ name: string; given: Given; says: string | RegExp }>([
    {
      name: 'no "="',
      given: { secrets: 'A=1\nhunter2' },
      says: 'secrets, line 2: expected id=value, found no "="; put a value with several lines in quotes',
    },
    {
      name: 'no id',
      given: { secrets: '=hunter2' },
      says: 'secrets, line 1: expected id=value, found nothing before "="',
    },
    {
      name: 'a blank id',
      given: { 'secret-files': ' =hunter2' },
      says: 'secret-files, line 1: expected id=path, found nothing before "="',
    },
    {
      name: 'no value',
      given: { secrets: 'A=' },
      says: 'secrets, line 1: expected id=value, found nothing after "="; a secret of the workflow is empty when its name is wrong',
    },
    { name: 'a blank value', given: { secrets: 'A=  ' }, says: 'found nothing after "="' },
    {
      name: 'no variable',
      given: { 'secret-envs': 'b=B,hunter2=' },
      says: 'secret-envs, line 1: expected id=NAME, the name of an environment variable, found nothing after "="',
    },
    {
      name: 'a value for a variable',
      given: { 'secret-envs': 'b=hunter2==' },
      says: 'found no name; set a value in the input secrets',
    },
    {
      name: 'no path',
      given: { 'secret-files': 'hunter2' },
      says: 'secret-files, line 1: expected id=path, found no "="',
    },
    {
      name: 'whitespace in the id',
      given: { secrets: 'hunter 2=1' },
      says: 'found whitespace in the id; put a value with several lines',
    },
    {
      name: 'a line in the id',
      given: { secrets: '"hunter\n2=1"' },
      says: 'secrets, line 1: expected id=value, found whitespace in the id',
    },
    { name: 'a NUL in the id', given: { secrets: 'hunter\u00002=1' }, says: 'found whitespace in the id' },
    {
      name: 'an id twice',
      given: { secrets: 'hunter2=1\n\nhunter2=2' },
      says: 'secrets, line 3: has the same id as secrets, line 1',
    },
    {
      name: 'an id in two inputs',
      given: { secrets: 'a=1', 'secret-envs': '\nhunter2=2,b=B', 'secret-files': 'hunter2=3' },
      says: 'secret-files, line 1: has the same id as secret-envs, line 2',
    },
    {
      name: 'the padding of a key',
      given: { secrets: 'hunter2==' },
      says: 'secrets, line 1: expected id=value, found nothing but "=" for a value',
    },
    {
      name: 'too large a value',
      given: { secrets: `A=${'é'.repeat(256_001)}` },
      says: 'secrets, line 1: exceeds BuildKit',
    },
    {
      name: 'a quote that is not closed',
      given: { secrets: 'A=1\n"B=hunter2' },
      says: 'secrets, line 2: a quote is never closed',
    },
    {
      name: 'a quote that is not doubled',
      given: { secrets: '"B={\n"hunter2": 1}"' },
      says: 'secrets, line 2: double each quote inside a quoted entry',
    },
  ])('rejects $name, and shows no part of it', ({ given, says }) => {
    const message = problems(given)
    expect(message).toMatch(says)
    expect(message).not.toMatch(/hunter|é/)
  })

  test('accepts a value of 500 KiB', () => {
    expect(parse({ secrets: `A=${'x'.repeat(512_000)}` })).toHaveLength(1)
  })

  test('rejects an unquoted key line by line, and shows no part of it', () => {
    const message = problems({ secrets: `KEY=${pem}` })
    for (const line of [2, 3, 4]) expect(message).toContain(`secrets, line ${line}: expected id=value`)
    expect(message).not.toMatch(/MII|AAEC|BEGIN|END/)
  })

  test('reports all problems at once', () => {
    expect(problems({ secrets: 'A\n=x', 'secret-envs': 'b', 'secret-files': 'c=' })).toMatch(
      /^4 problems in the inputs:\n/,
    )
  })

  test('prints no value', () => {
    const secrets = parse({ secrets: 'A=hunter2' })
    expect(JSON.stringify(secrets)).toBe('[{"id":"A","source":{"kind":"value","value":"***"},"line":1}]')
  })
})

describe('parseInputs() of empty secrets in a run without secrets', () => {
  const noSecrets = { because: 'it is a fork', isEmpty: (name: string) => name === 'EMPTY' }
  const given: Given = {
    secrets: 'a=\n"b=  "\nc=1',
    'secret-envs': 'd=EMPTY, e=NOT_SET',
    'secret-files': 'f=./f',
    images: 'app',
    push: 'auto',
  }
  const parseAs = (more: Given, options = { noSecrets }) =>
    parseInputs((name) => ({ ...given, ...more })[name] ?? inputRows[name].default, [], options)

  test('treats them as not set with push: auto, and reports it without their content', () => {
    const { inputs, notices } = parseAs({})
    expect(inputs.secrets.map(({ id }) => id)).toEqual(['c', 'e', 'f'])
    const tail = 'the secret is empty and counts as not set: it is a fork'
    expect(notices).toEqual([`secrets, line 1: ${tail}`, `secrets, line 2: ${tail}`, `secret-envs, line 1: ${tail}`])
  })

  test.each([
    { name: 'with push: true', more: { push: 'true' } },
    { name: 'in a run with secrets', more: {}, options: {} },
    { name: 'of an invalid entry', more: { secrets: 'a b=' } },
    { name: 'of an entry without "="', more: { secrets: 'a' } },
    { name: 'of a variable without a name', more: { 'secret-envs': '=EMPTY' } },
  ])('rejects them $name', ({ more, options = { noSecrets } }) => {
    expect(() => parseAs(more, options as { noSecrets: typeof noSecrets })).toThrow(/secret/)
  })
})
