import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cleanUpStep } from '../../../src/clean-up-step.ts'
import { build } from '../../../src/engine/build.ts'
import { logIn } from '../../../src/login/login.ts'
import { describePlan } from '../../../src/plan/describe-plan.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { preflight } from '../../../src/preflight/preflight.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

test('a step with build secrets passes them to buildx in files and environment, and shows them nowhere', async () => {
  const root = tempFolder({
    'context/Dockerfile': 'FROM scratch\nRUN --mount=type=secret,id=one --mount=type=secret,id=none make\n',
    'polyarch-Ab12Cd/': '',
    'user/': '',
    'x,y"z': 'hunter-file',
  })
  chmodSync(join(root, 'polyarch-Ab12Cd'), 0o700)
  const seen = join(root, 'seen')
  const program = join(root, 'docker-buildx')
  // Records its arguments, its environment, and each src with its mode.
  writeProgram(
    program,
    `for arg; do printf '%s\\n' "$arg" >> ${seen}.args; done
env > ${seen}.env
cat ${root}/polyarch-Ab12Cd/secrets-*/* > ${seen}.values
stat -c '%a %n' ${root}/polyarch-Ab12Cd/secrets-* ${root}/polyarch-Ab12Cd/secrets-*/* > ${seen}.modes
echo 'hunter-noise' >&2`,
  )
  const shown: string[] = []
  const made = createTestHost({
    env: { TOKEN: 'hunter-env', PATH: process.env['PATH'] ?? '' },
    tempDir: join(root, 'polyarch-Ab12Cd'),
  })
  onTestFinished(made.close)
  const host = { ...made, log: { ...made.log, debug: (line: string) => void shown.push(line) } }

  const inputs = inputsOf({
    context: join(root, 'context'),
    verify: 'off',
    secrets: 'one=hunter-one\n"two=hunter-two\nlines\n"',
    'secret-envs': 'variable=TOKEN',
    'secret-files': `"file=${root}/x,y""z"`,
  })
  const facts = factsOf({
    buildx: { path: program },
    dockerConfigDir: join(root, 'user'),
    buildxConfigDir: join(root, 'none'),
  })
  const plan = makePlan(inputs, facts)
  shown.push(describePlan(plan), JSON.stringify(plan))
  const run = await runOf(plan, host, await logIn(plan, facts, host))
  await build(run, await preflight(run))

  const args = readFileSync(`${seen}.args`, 'utf8').split('\n')
  expect(args.filter((_, at) => args[at - 1] === '--secret')).toEqual([
    expect.stringMatching(/^id=one,src=.*\/polyarch-Ab12Cd\/secrets-\w+\/0$/),
    expect.stringMatching(/^id=two,src=.*\/polyarch-Ab12Cd\/secrets-\w+\/1$/),
    'id=variable,env=TOKEN',
    `id=file,"src=${root}/x,y""z"`,
  ])
  expect(readFileSync(`${seen}.values`, 'utf8')).toBe('hunter-onehunter-two\nlines\n')
  expect(readFileSync(`${seen}.env`, 'utf8')).toContain('TOKEN=hunter-env\n')
  expect(
    readFileSync(`${seen}.modes`, 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(['700', '600', '600', ''])

  // The environment variable is masked, the file is not read.
  const masks = made.told.flatMap((one) => (one as { readonly mask?: string }).mask ?? [])
  expect(masks).toEqual(['hunter-one', 'hunter-two\nlines\n', 'hunter-env'])
  const told = made.told.filter((one) => !Object.hasOwn(one as object, 'mask'))
  expect(told).toEqual([
    expect.objectContaining({ notice: expect.stringContaining('the build secret none is not given') }),
  ])
  const all = [...shown, ...made.log.lines, ...args, JSON.stringify(told)].join('\n').replaceAll('hunter-noise', '')
  expect(all).toContain('--secret id=one,src=')
  expect(all).not.toContain('hunter')

  expect(await cleanUpStep(join(root, 'polyarch-Ab12Cd'), { env: { RUNNER_TEMP: root }, os: 'linux' })).toEqual([])
  expect(readdirSync(root)).not.toContain('polyarch-Ab12Cd')
})
