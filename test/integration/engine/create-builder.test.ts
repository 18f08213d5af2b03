import { expect, onTestFinished, test } from 'vitest'
import { createBuilder } from '../../../src/engine/buildx/create-builder.ts'
import type { BuildxSpec } from '../../../src/engine/buildx/plan.ts'
import type { Exec } from '../../../src/host/host.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { retryPolicy } from '../../../src/retry/backoff.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { recordedTasks } from '../../support/recorded-tasks.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { tempFolder } from '../../support/temp.ts'

type Answer = { readonly status?: number; readonly stderr?: string }

/** Makes a builder where `docker-buildx create` and `rm` answer as told, the last answer again and again. */
async function create(
  given: Parameters<typeof inputsOf>[0],
  {
    creates = [{}],
    removals = [{}],
  }: { readonly creates?: readonly Answer[]; readonly removals?: readonly Answer[] } = {},
) {
  const tempDir = tempFolder()
  const calls: (readonly string[])[] = []
  const exec: Exec = async (_, args) => {
    const answers = args[0] === 'create' ? creates : removals
    const before = calls.filter(([command]) => command === args[0]).length
    calls.push(args)
    const { status = 0, stderr = '' } = answers[before] ?? answers.at(-1) ?? {}
    return { ok: status === 0, status, stdout: '', stderr }
  }
  const host = createTestHost({ tempDir, exec })
  const registry = createTestClient()
  onTestFinished(() => {
    host.close()
    registry.close()
  })
  const plan = makePlan(inputsOf(given), factsOf({ docker: serverOf({ store: 'containerd' }) }))
  const spec = plan.engine.spec as BuildxSpec
  const { builder } = spec
  if (builder.kind !== 'create') throw new Error('no builder is to be made')
  const retries = { policy: retryPolicy(8), onRetry: () => {}, ownNetwork: true, answeredBefore: true }
  const run = { plan, host, access: loginOf(registry) }
  const buildx = { run, spec, build: plan.build, env: {}, name: 'polyarch-x', retries }
  const failed = await createBuilder(buildx, builder).then(
    () => undefined,
    (error: unknown) => error,
  )
  const tasks = recordedTasks(tempDir)
  return { calls, failed, tasks }
}

test('createBuilder() gives buildx each option as one CSV field', async () => {
  const { calls } = await create({
    driver: 'docker-container',
    'driver-opts': 'image=a.example/buildkit:1\nenv.no_proxy=a,b\nenv.GREETING=say "hi"',
  })
  expect(calls).toEqual([
    [
      ...['create', '--name', 'polyarch-x', '--driver', 'docker-container'],
      ...['--driver-opt', 'image=a.example/buildkit:1'],
      ...['--driver-opt', '"env.no_proxy=a,b"'],
      ...['--driver-opt', '"env.GREETING=say ""hi"""'],
      '--bootstrap',
    ],
  ])
})

test('createBuilder() takes no endpoint for an option', async () => {
  const { calls } = await create({ driver: 'docker-container', endpoint: '--append' })
  expect(calls[0]?.slice(-3)).toEqual(['--bootstrap', '--', '--append'])
})

const refused = 'ERROR: Get "https://10.0.0.9:6443/apis": dial tcp 10.0.0.9:6443: connect: connection refused'

test('createBuilder() writes down that buildx forgot a builder which it could not remove', async () => {
  const { failed, tasks } = await create(
    { driver: 'kubernetes', 'driver-opts': 'namespace=builds' },
    { creates: [{ status: 1, stderr: refused }], removals: [{ status: 1, stderr: refused }] },
  )
  expect(failed).toMatchObject({
    code: 'daemon-unreachable',
    hint: expect.stringMatching(/^Check that the Kubernetes API answers/),
  })
  const byHand =
    'kubectl delete --namespace builds --ignore-not-found deployment/polyarch-x0 statefulset/polyarch-x0 configmap/polyarch-x0-config'
  expect(tasks[0]).toMatchObject({ kind: 'builder', name: 'polyarch-x', forgotten: true, byHand })
})

test('createBuilder() takes a builder that was never made for gone', async () => {
  const { tasks } = await create(
    { driver: 'docker-container' },
    {
      creates: [{ status: 1, stderr: 'ERROR: invalid driver option tier for docker-container driver' }],
      removals: [{ status: 1, stderr: 'ERROR: no builder "polyarch-x" found' }],
    },
  )
  expect(tasks).toEqual([expect.not.objectContaining({ forgotten: true })])
})

test('createBuilder() waits for a daemon that is down for twenty seconds', async () => {
  const down = { status: 1, stderr: 'ERROR: Cannot connect to the Docker daemon at unix:///d.sock.' }
  const { failed, calls } = await create(
    { driver: 'docker-container' },
    { creates: [down, down, down, down, down, {}] },
  )
  expect(failed).toBeUndefined()
  expect(calls.filter(([command]) => command === 'create')).toHaveLength(6)
})
