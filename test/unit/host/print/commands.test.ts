import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCommands, readInput } from '../../../../src/host/print/commands.ts'
import { createDoor } from '../../../../src/host/print/door.ts'
import { createLog } from '../../../../src/host/print/log.ts'
import { createRunner } from '../../../../src/host/print/runner.ts'

const values = [
  { name: 'a plain value', value: 'sha256:0123' },
  { name: 'nothing', value: '' },
  { name: 'several lines', value: 'one\ntwo\r\nthree\n' },
  { name: 'the syntax of commands', value: '100%: a,b=c::d%0A<<EOF' },
  { name: 'letters beyond ASCII', value: 'größer → 好' },
]
const annotations = [
  { name: 'without a position', ours: {}, theirs: {} },
  {
    name: 'with file and line',
    ours: { place: { file: 'a:b,c%/Dockerfile', line: 3 } },
    theirs: { file: 'a:b,c%/Dockerfile', startLine: 3 },
  },
  {
    name: 'with a title, file and line',
    ours: { title: 'Polyarch: build-failed', place: { file: 'Dockerfile', line: 12 } },
    theirs: { title: 'Polyarch: build-failed', file: 'Dockerfile', startLine: 12 },
  },
]

/** Lines of every kind become one, and a title is one line. */
function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n$/, '')
}

let folder: string
let written: string
const write = (text: string): void => {
  written += text
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polyarch-commands-'))
  for (const name of ['OUTPUT', 'STATE']) vi.stubEnv(`GITHUB_${name}`, undefined)
  written = ''
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

function runnerOf(print: (text: string) => void) {
  const door = createDoor()
  return createRunner({}, createCommands({}, door, print), door)
}

/** The output of @actions/core while `work` runs. */
function theirs(work: () => void): string {
  let text = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  try {
    work()
  } finally {
    spy.mockRestore()
  }
  return text
}

/** The text added to a runner's file, with its delimiter normalized. */
function fileAfter(name: 'OUTPUT' | 'STATE', work: (path: string) => void): string {
  const path = join(folder, name)
  writeFileSync(path, 'before=1\n')
  work(path)
  const text = readFileSync(path, 'utf8')
  return text.replaceAll(/ghadelimiter_(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|_*)$/gm, 'ghadelimiter_ID')
}

it.each([
  { value: 'ghadelimiter_', delimiter: 'ghadelimiter__' },
  { value: 'a\nghadelimiter_\nevil<<ghadelimiter____\nb', delimiter: 'ghadelimiter_____' },
  { value: 'ghadelimite', delimiter: 'ghadelimiter_' },
])('set() uses a delimiter that is not in the value: $delimiter', ({ value, delimiter }) => {
  const path = join(folder, 'OUTPUT')
  createCommands({ GITHUB_OUTPUT: path }, createDoor(), write).set('OUTPUT', 'the-name', value)
  expect(readFileSync(path, 'utf8')).toBe(`the-name<<${delimiter}\n${value}\n${delimiter}\n`)
})

describe.each(values)('createCommands() with $name, compared with @actions/core', ({ value }) => {
  it.each([
    { file: 'OUTPUT', set: () => core.setOutput('the-name', value) },
    { file: 'STATE', set: () => core.saveState('the-name', value) },
  ] as const)('set() adds the same block to the $file file', ({ file, set }) => {
    const expected = fileAfter(file, (path) => {
      vi.stubEnv(`GITHUB_${file}`, path)
      set()
    })
    const found = fileAfter(file, (path) =>
      createCommands({ [`GITHUB_${file}`]: path }, createDoor(), write).set(file, 'the-name', value),
    )
    expect(found).toBe(expected)
    expect(found).toContain('ghadelimiter_ID')
  })

  it('exportVariable() adds the same block, and nothing without a file', () => {
    const expected = fileAfter('OUTPUT', (path) => {
      vi.stubEnv('GITHUB_ENV', path)
      core.exportVariable('POLYARCH_TEST', value)
    })
    vi.stubEnv('POLYARCH_TEST', undefined)
    const found = fileAfter('OUTPUT', (path) =>
      createCommands({ GITHUB_ENV: path }, createDoor(), write).exportVariable('POLYARCH_TEST', value),
    )
    expect(found).toBe(expected)
    createCommands({}, createDoor(), write).exportVariable('POLYARCH_TEST', value)
    expect(written).toBe('')
  })

  it.each([
    { file: 'OUTPUT', set: () => core.setOutput('the:name', value) },
    { file: 'STATE', set: () => core.saveState('the:name', value) },
  ] as const)('set() prints the same command when there is no $file file', ({ file, set }) => {
    createCommands({}, createDoor(), write).set(file, 'the:name', value)
    expect(written).toBe(theirs(set))
  })

  it.each(annotations)('error() and notice() print the same $name', ({ ours, theirs: properties }) => {
    const runner = runnerOf(write)
    runner.error(value, ours)
    runner.notice(value, ours)
    const expected = theirs(() => {
      core.error(withLineFeeds(value), properties)
      core.notice(withLineFeeds(value), properties)
    })
    expect(written).toBe(expected)
  })

  it('warning() and debug() print the same', () => {
    const log = createLog(createCommands({}, createDoor(), write))
    log.warning(value)
    log.debug(value)
    const expected = theirs(() => {
      core.warning(withLineFeeds(value))
      core.debug(withLineFeeds(value))
    })
    expect(written).toBe(expected)
  })

  it('group() folds the same lines', async () => {
    await createLog(createCommands({}, createDoor(), write)).group(value, async () => undefined)
    const expected = theirs(() => {
      core.startGroup(withLineFeeds(value).replaceAll('\n', ' '))
      core.endGroup()
    })
    expect(written).toBe(expected)
  })

  it('readInput() reads the same value', () => {
    vi.stubEnv('INPUT_BUILD-ARGS', ` ${value}\n`)
    expect(readInput(process.env, 'build-args')).toBe(core.getInput('build-args'))
  })
})

it('mask() hides a secret of one line as @actions/core does', () => {
  runnerOf(write).mask('50% off: a,b')
  expect(written).toBe(theirs(() => core.setSecret('50% off: a,b')))
})

it('mask() masks each line of a secret and the whole secret, because the log prints line by line', () => {
  runnerOf(write).mask('first\nsecond')
  const expected = theirs(() => {
    for (const secret of ['first\nsecond', 'first', 'second']) core.setSecret(secret)
  })
  expect(written).toBe(expected)
})

it.each(['images', 'buildkitd-config-inline', 'two words'])(
  'readInput() finds %s under the name that @actions/core uses',
  (name) => {
    vi.stubEnv(`INPUT_${name.replace(' ', '_').toUpperCase()}`, 'value')
    expect([readInput(process.env, name), readInput(process.env, `${name}x`)]).toEqual([
      core.getInput(name),
      core.getInput(`${name}x`),
    ])
  },
)
