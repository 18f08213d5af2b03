import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { askEngine } from '../../../src/engine/ask.ts'
import { logIn } from '../../../src/login/login.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

const warning = { ruleName: 'A', detail: 'found', location: { ranges: [{ start: { line: 1 } }] } }

/** The answer of the engine to call: check, with a program in place of buildx. */
async function ask(script: string, retries = '0') {
  const root = tempFolder({ 'context/Dockerfile': 'FROM scratch\n', 'temp/x': '', 'user/x': '' })
  const [program, calls] = [join(root, 'docker-buildx'), join(root, 'calls')]
  // Waits take no time in this test, so on a slow machine the builder is probed before the program has exited.
  writeProgram(program, `[ "$1" = inspect ] && echo 'Status: running' && exit 0\necho "$@" >> '${calls}'\n${script}`)
  const host = createTestHost({ env: { PATH: process.env['PATH'] ?? '' }, tempDir: join(root, 'temp') })
  onTestFinished(host.close)
  const facts = factsOf({
    buildx: { path: program },
    dockerConfigDir: join(root, 'user'),
    buildxConfigDir: join(root, 'none'),
  })
  const given = { context: join(root, 'context'), secrets: 'a=b', push: 'true', cache: 'gha', ssh: 'default' }
  const plan = makePlan(inputsOf({ ...given, call: 'check', retries }), facts)
  const answer = askEngine(await runOf(plan, host, await logIn(plan, facts, host)), 'check')
  return {
    answer,
    host,
    builds: () =>
      readFileSync(calls, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('build ')),
  }
}

const print = (document: unknown, status: number) => `echo '${JSON.stringify(document)}'\nexit ${status}`

test('buildx receives only arguments that affect the answer; findings are an answer, whatever the exit status', async () => {
  for (const status of [0, 1]) {
    const { answer, builds } = await ask(print({ warnings: [warning], sources: ['Ym9keQ=='] }, status))
    expect((await answer).document).toEqual({ warnings: [warning] })
    expect(builds()).toEqual([
      expect.stringMatching(
        /^build --call check,format=json --builder default --progress plain --platform linux\/amd64 /,
      ),
    ])
    expect(builds()[0]).not.toMatch(/--(?:secret|ssh|output|push|load|cache|label|metadata|iidfile|provenance)/)
  }
})

test.each([
  { name: 'a buildx without --call', says: 'unknown flag: --call', code: 'engine-too-old' },
  {
    name: 'a frontend without checks',
    says: 'ERROR: failed to solve: unsupported request frontend.lint',
    code: 'engine-too-old',
  },
  {
    name: 'an invalid Dockerfile',
    says: 'ERROR: failed to solve: dockerfile parse error on line 1: unknown instruction: FRO',
    code: 'dockerfile-invalid',
  },
])('$name is an error of its own', async ({ says, code }) => {
  const { answer } = await ask(`echo '${says}' >&2\nexit 1`)
  await expect(answer).rejects.toMatchObject({ code })
})

test('a build error next to findings is the error', async () => {
  const document = { warnings: [warning], buildError: { message: 'not found' } }
  const { answer } = await ask(`echo 'ERROR: x: not found' >&2\n${print(document, 1)}`)
  await expect(answer).rejects.toThrow('not found')
  const lint = { warnings: [warning], buildError: { message: 'lint violation found for rules: A' } }
  const ofRule = await ask(print(lint, 1))
  expect((await ofRule.answer).document['warnings']).toEqual([warning])
})

test('findings beside an error are logged once, whatever the number of attempts', async () => {
  const document = { warnings: [warning], buildError: { message: 'connection refused' } }
  const says =
    'ERROR: failed to do request: Head "http://r.example/v2/": dial tcp 192.0.2.1:80: connect: connection refused'
  const { answer, host, builds } = await ask(`echo '${says}' >&2\n${print(document, 1)}`, '2')
  await expect(answer).rejects.toThrow('connection refused')
  expect(builds()).toHaveLength(3)
  expect(host.log.lines.filter((line) => line.includes('A: found'))).toHaveLength(1)
})

test('an answer that is not JSON is an error', async () => {
  const { answer } = await ask('echo words')
  await expect(answer).rejects.toMatchObject({ code: 'engine-failed' })
})

test.each([
  {
    engine: 'podman',
    facts: { podman: { kind: 'podman', name: 'podman', rootless: true, remote: false, native: 'linux/amd64' } },
  },
  { engine: 'nerdctl', facts: { nerdctl: { kind: 'nerdctl', buildkit: 'unix:///run/none.sock', native: '' } } },
  { engine: 'apple', facts: { apple: { kind: 'apple' } } },
] as const)('$engine answers without its program, also for a Dockerfile that it could not build', async (row) => {
  // Too large for Apple's container, and with a flag that Podman 4.3 does not support.
  const dockerfile = `FROM scratch\nMAINTAINER me\nCOPY --link a /\n${'# more\n'.repeat(3000)}`
  const root = tempFolder({ 'context/Dockerfile': dockerfile, 'temp/x': '' })
  const host = createTestHost({ env: {}, tempDir: join(root, 'temp') })
  onTestFinished(host.close)
  const program = { path: join(root, 'none'), version: '4.3.1' }
  const facts = factsOf(
    Object.fromEntries(Object.entries(row.facts).map(([name, one]) => [name, { ...program, ...one }])),
  )
  const inputs = inputsOf({ engine: row.engine, context: join(root, 'context'), call: 'check' })
  const { document } = await askEngine(await runOf(makePlan(inputs, facts), host), 'check')
  expect(document['warnings']).toMatchObject([{ ruleName: 'MaintainerDeprecated' }])
})
