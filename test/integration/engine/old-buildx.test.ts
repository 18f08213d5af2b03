import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { build } from '../../../src/engine/build.ts'
import type { Origin } from '../../../src/facts/origin.ts'
import { logIn } from '../../../src/login/login.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { createTestHost } from '../../support/host.ts'
import { builderOf, factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

const origin: Origin = {
  title: 'app',
  url: 'https://github.com/acme/app',
  description: undefined,
  license: undefined,
  revision: '',
  created: new Date(0),
  problems: [],
}

// buildx before 0.12 exits with this message before it does anything.
const old = `[ "$1" = inspect ] && echo 'Status: running' && exit 0
echo "$@" >> CALLS
case "$*" in *--annotation*) echo 'unknown flag: --annotation' >&2; exit 125;; esac`

test.each([
  { name: 'are omitted', inputs: {}, annotated: [true, false], store: 'containerd' },
  {
    name: 'are omitted for a store that does not support them',
    inputs: { load: 'true' },
    annotated: [false],
    store: 'classic',
  },
  { name: 'are kept when the user sets one', inputs: { annotations: 'a=b' }, annotated: [true], store: 'containerd' },
] as const)(
  'default annotations $name for a buildx that does not support them',
  async ({ inputs, annotated, store }) => {
    const root = tempFolder({ 'context/Dockerfile': 'FROM scratch\n', 'temp/x': '', 'user/x': '' })
    const [program, calls] = [join(root, 'docker-buildx'), join(root, 'calls')]
    writeProgram(program, old.replace('CALLS', calls))
    const host = createTestHost({ env: { PATH: process.env['PATH'] ?? '' }, tempDir: join(root, 'temp') })
    onTestFinished(host.close)
    const facts = factsOf({
      origin,
      buildx: { path: program },
      dockerConfigDir: join(root, 'user'),
      buildxConfigDir: join(root, 'none'),
      ...(store === 'containerd' ? { builder: builderOf({ name: 'mine', driver: 'remote' }) } : {}),
    })
    const outputs = store === 'containerd' ? { outputs: `type=oci,dest=${join(root, 'a.tar')}` } : {}
    const given = { context: join(root, 'context'), verify: 'off', retries: '0', ...outputs, ...inputs }
    const plan = makePlan(inputsOf(given), facts)
    // This program builds nothing, so the steps after its calls fail.
    await build(await runOf(plan, host, await logIn(plan, facts, host)), { reading: undefined, bases: [] }).catch(
      () => {},
    )
    const lines = readFileSync(calls, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('build '))
    expect(lines.map((line) => line.includes('--annotation'))).toEqual(annotated)
    expect(lines.every((line) => line.includes('--label org.opencontainers.image.title=app'))).toBe(true)
  },
)
