import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, test } from 'vitest'
import { lint } from '../../src/dockerfile/lint.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { missing, part } from './support/rig.ts'

const jobs: Job[] = []
const folders: string[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** The rules that `lint` holds. */
const held = new Set([
  'ConsistentInstructionCasing',
  'DuplicateStageName',
  'FromAsCasing',
  'JSONArgsRecommended',
  'LegacyKeyValueFormat',
  'MaintainerDeprecated',
  'MultipleInstructionsDisallowed',
  'ReservedStageName',
  'StageNameCasing',
])

type Warning = {
  readonly ruleName: string
  readonly detail: string
  readonly location: { readonly ranges: readonly { readonly start: { readonly line: number } }[] }
}

function checkWithBuildKit(dockerfile: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'polyarch-lint-'))
  folders.push(folder)
  writeFileSync(join(folder, 'Dockerfile'), dockerfile)
  const { stdout } = spawnSync(join(part('plugins'), 'docker-buildx'), ['build', '--call=check,format=json', folder], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], DOCKER_CONFIG: folder, DOCKER_HOST: part('docker').host },
  })
  const { warnings, buildError } = JSON.parse(stdout) as {
    readonly warnings: readonly Warning[] | null
    readonly buildError?: unknown
  }
  expect(buildError).toBeUndefined()
  return (warnings ?? [])
    .filter(({ ruleName }) => held.has(ruleName))
    .map(({ ruleName, detail, location }) => `${location.ranges[0]?.start.line} ${ruleName} ${detail}`)
    .sort()
}

describe.skipIf(missing('docker', 'plugins'))('lint() finds what BuildKit finds', () => {
  test.each([
    { name: 'in a clean file', text: 'FROM scratch AS a\nCOPY a /\nCMD ["a"]\n' },
    {
      name: 'of casing',
      text: 'from scratch AS Build\nenv A=1\nLabel a=b\nFROM scratch as other\nCOPY a /\nCMD ["x"]\nRun x\nFrom scratch As third\n',
    },
    {
      name: 'in small letters throughout',
      text: 'from scratch as a\ncopy a /\nuser 1\ncmd one\ncmd two\nonbuild cmd x\n',
    },
    { name: 'where half is in small letters', text: 'from scratch\ncopy a /\nUSER 1\nUSER 2\n' },
    {
      name: 'of stage names',
      text: 'FROM scratch AS a\nFROM scratch AS A\nFROM scratch AS scratch\nFROM a AS Context\nFROM scratch AS a\n',
    },
    {
      name: 'of pairs in the old form',
      text: 'FROM scratch\nENV a b\nENV c=d\nLABEL a "b c"\nLABEL "a b"=c d=e\nENV x \\\n  y\nENV e="f g" \\\n  h=i\nONBUILD ENV q r\n',
    },
    {
      name: 'of commands',
      text: 'FROM scratch\nCMD one\nCMD ["two"]\nENTRYPOINT run\nSHELL ["x"]\nCMD three\nENTRYPOINT ["a"]\nFROM scratch\nHEALTHCHECK NONE\nHEALTHCHECK CMD x\nCMD only\nONBUILD CMD y\n',
    },
    { name: 'of a maintainer', text: 'FROM scratch\nMAINTAINER me\nMAINTAINER you\n' },
    {
      name: 'but for what it skips',
      text: '# check=skip=MaintainerDeprecated,FromAsCasing,jsonargsrecommended\nFROM scratch AS A\nMAINTAINER me\nCMD x\n',
    },
    { name: 'when it skips all', text: '# check=skip=all;error=true\nFROM scratch AS A\nMAINTAINER me\nCMD x\n' },
  ])('$name', ({ text }) => {
    const found = lint(parseDockerfile(text, 'Dockerfile'))
    expect(found.map(({ line, rule, message }) => `${line} ${rule} ${message}`).sort()).toEqual(checkWithBuildKit(text))
  })
})

describe('the embedded engine', () => {
  const run = (dockerfile: string, inputs: Readonly<Record<string, string>> = {}) => {
    const job = createJob({ Dockerfile: dockerfile }, { DOCKER_HOST: 'unix:///nonexistent.sock' })
    jobs.push(job)
    return runStep(job, { ...inputs, engine: 'embedded' })
  }

  it.each([
    { name: 'a check that fails', text: 'FROM scratch\nMAINTAINER me\n', says: 'Dockerfile:2: MaintainerDeprecated' },
    {
      name: 'a frontend of somebody else',
      text: '# syntax=other/frontend:1\nFROM scratch\nENV A=1\n',
      says: 'other/frontend:1',
    },
    {
      name: 'build arguments that nothing takes',
      text: 'FROM scratch\nARG USED\nENV A=$USED\n',
      says: 'build-args [SLIP] were not consumed',
    },
  ])('warns of $name', async ({ text, says }) => {
    const step = await run(text, { 'build-args': 'SLIP=1\nUSED=2' })

    expect(step, step.log).toMatchObject({ status: 0 })
    expect(step.log.split('\n').find((line) => line.startsWith('::warning') && line.includes(says))).toBeDefined()
  })

  it('says nothing of the frontend that it is like', async () => {
    const step = await run('# syntax=docker/dockerfile:1.7\nFROM scratch\nENV A=1\n')

    expect(step).toMatchObject({ status: 0 })
    expect(step.log).not.toContain('::warning')
  })

  it('refuses what fails a check where the Dockerfile says that this is an error', async () => {
    const step = await run('# check=error=true\nFROM scratch\nMAINTAINER me\n')

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'dockerfile-invalid' } })
    expect(step.log).toContain('MaintainerDeprecated')
  })
})
