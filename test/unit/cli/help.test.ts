import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { helpFiles } from '../../../scripts/render-help.ts'
import { buildCommand } from '../../../src/cli/build.ts'
import { commands } from '../../../src/cli/commands.ts'
import { inputFlags } from '../../../src/cli/step-flags.ts'
import { commandLine } from '../../support/command-line.ts'

const golden = (name: string) => readFileSync(new URL(`../../golden/cli/${name}`, import.meta.url), 'utf8')

it('the help of each command is the golden one, which "npm run render" writes', async () => {
  const files = await helpFiles()
  expect(Object.keys(files)).toEqual(['polyarch.txt', ...Object.keys(commands).map((name) => `${name}.txt`)])
  for (const [name, text] of Object.entries(files)) expect(text).toBe(golden(name))
})

describe.each(['polyarch', ...Object.keys(commands)])('the help of %s', (name) => {
  const text = golden(`${name}.txt`)

  it('fits into 100 columns and shows examples before flags', () => {
    // A command line that users copy must not be wrapped.
    const long = text.split('\n').filter((line) => line.length > 100 && !line.startsWith('  polyarch '))
    expect(long).toEqual([])
    expect(text.indexOf('Examples:')).toBeGreaterThan(0)
    expect(text.indexOf('Examples:')).toBeLessThan(text.search(/^(?:Commands|Flags|Common flags):$/m))
  })

  it('names only commands and flags that exist in its examples', async () => {
    const lines = [...text.matchAll(/^ {2}polyarch ((?:build|plan|verify|migrate)\b.*)$/gm)].map(
      ([, line = '']) => line,
    )
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) {
      const [command = '', ...args] = line.replace(/ \|.*$/, '').split(' ')
      const loaded = await commands[command]?.load()
      expect(loaded?.read(args).display).toBeDefined()
    }
  })
})

it('every flag of build is in its help exactly once', () => {
  const { common, others } = inputFlags()
  const help = buildCommand.help()
  for (const name of [...Object.keys({ ...common, ...others }), 'password-stdin', 'json']) {
    expect(help.match(new RegExp(`^ {2}(?: {4}|-\\w, )--${name}(?=[ [\\n])`, 'gm'))).toHaveLength(1)
  }
})

describe('the command line', () => {
  it.each([{ args: ['--help'] }, { args: ['-h'] }, { args: ['help'] }])(
    'prints its help for $args',
    async ({ args }) => {
      expect(await commandLine(args)).toEqual({ status: 0, out: golden('polyarch.txt'), err: '' })
    },
  )

  it.each([{ args: ['build', '--help'] }, { args: ['help', 'build'] }, { args: ['build', '--no-such-flag', '-h'] }])(
    'prints the help of build for $args',
    async ({ args }) => {
      expect(await commandLine(args)).toEqual({ status: 0, out: golden('build.txt'), err: '' })
    },
  )

  it('prints its version', async () => {
    expect(await commandLine(['--version'])).toEqual({ status: 0, out: 'polyarch 1.2.3\n', err: '' })
  })

  it('fails without a command, with the help on standard error', async () => {
    expect(await commandLine([])).toEqual({ status: 1, out: '', err: golden('polyarch.txt') })
  })

  it.each([
    { args: ['biuld'], found: '"biuld" is not a command; did you mean build?' },
    { args: ['constructor'], found: '"constructor" is not a command' },
    { args: ['verify'], found: 'the reference of an image is missing' },
    { args: ['verify', 'a', 'b'], found: 'expected one reference, found a b' },
    { args: ['verify', 'a', '--platforms', 'linux/amd46'], found: 'Did you mean linux/amd64?' },
    { args: ['verify', 'a', '--retries', 'x'], found: '--retries: expected a number from 0 to 99' },
    { args: ['build', 'a', 'b'], found: 'expected one build context, found a b' },
    { args: ['build', 'a', '--context', 'b'], found: 'the build context is given twice' },
    { args: ['plan', '--dry-run'], found: '--dry-run is not a flag: use polyarch plan' },
    {
      args: ['build', '--password=x'],
      found: 'Set the environment variable POLYARCH_PASSWORD, or use --password-stdin',
    },
  ])('rejects $args before it does anything', async ({ args, found }) => {
    const { status, out, err } = await commandLine(args)
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect(err).toMatch(/^error: Invalid arguments: /)
    expect(err).toContain(found)
    expect(err).toMatch(/\nRun polyarch .*--help for its flags\.\ninput-invalid: https:\S+\n$/)
  })

  it('does not print workflow commands of its arguments', async () => {
    const { err } = await commandLine(['verify', 'x', '--platforms', '\n::error::a\n##[error]b\u001b[2J'])
    expect(err).not.toMatch(/^::|##\[/m)
    expect(err).not.toContain('\u001b')
  })
})
