import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { build } from '../../../src/engine/build.ts'
import { logIn } from '../../../src/login/login.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

test.each([
  { name: 'fails', status: 1 },
  { name: 'succeeds', status: 0 },
])('findings of build checks are annotations on their lines once when the build $name', async ({ status }) => {
  const root = tempFolder({ 'context/Dockerfile': 'FROM scratch\nMAINTAINER me\n', 'temp/x': '', 'user/x': '' })
  const warning = {
    vertex: 'sha256:1',
    level: 1,
    short: Buffer.from('MaintainerDeprecated: use LABEL (line 2)').toString('base64'),
    range: [{ start: { line: 2 }, end: { line: 2 } }],
  }
  const program = join(root, 'docker-buildx')
  // Waits take no time in this test, so on a slow machine the builder is probed before the program has exited.
  const answers = `[ "$1" = inspect ] && echo 'Status: running' && exit 0`
  writeProgram(program, `${answers}\necho '${JSON.stringify({ warnings: [warning] })}' >&2\nexit ${status}`)
  const host = createTestHost({ env: { PATH: process.env['PATH'] ?? '' }, tempDir: join(root, 'temp') })
  onTestFinished(host.close)
  const inputs = inputsOf({ context: join(root, 'context'), verify: 'off', retries: '0' })
  const facts = factsOf({
    buildx: { path: program },
    dockerConfigDir: join(root, 'user'),
    buildxConfigDir: join(root, 'none'),
  })
  const plan = makePlan(inputs, facts)
  const ended = await build(await runOf(plan, host, await logIn(plan, facts, host)), {
    reading: undefined,
    bases: [],
  }).then(
    () => 'built',
    () => 'failed',
  )
  expect(ended).toBe(status === 0 ? 'built' : 'failed')
  expect(host.log.places).toMatchObject([{ line: 2 }])
  expect(host.log.lines.filter((line) => line.startsWith('warning: '))).toEqual([
    expect.stringMatching(/Dockerfile:2: MaintainerDeprecated: use LABEL/),
  ])
})
