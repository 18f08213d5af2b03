import { expect, test } from 'vitest'
import { planKubeContainers } from '../../../src/containers/kubernetes/plan-kube-containers.ts'
import { describePlan } from '../../../src/plan/describe-plan.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { planSmokeTest } from '../../../src/plan/smoke-test.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { containerOf, smokeTestOf } from '../../support/smoke-test.ts'

const given = { images: 'ghcr.io/acme/app', push: 'true', 'smoke-test': 'app --version' }
const endpoint = { host: 'unix:///d.sock', context: 'default', because: 'DOCKER_HOST', env: {} }

test('makePlan() runs the smoke test on the daemon, whatever the engine', () => {
  const docker = serverOf({ endpoint })
  expect(makePlan(inputsOf({ ...given, engine: 'embedded' }), factsOf({ docker })).smokeTest).toMatchObject({
    entrypoint: ['app', '--version'],
    containers: { name: 'docker', spec: docker },
  })
})

test('makePlan() rejects a smoke test if no daemon is running', () => {
  const facts = factsOf({ docker: { kind: 'unreachable', reason: 'ENOENT', endpoint } })
  expect(() => makePlan(inputsOf({ ...given, engine: 'embedded' }), facts)).toThrowError(
    expect.objectContaining({
      code: 'feature-missing',
      message: 'Cannot run the smoke test: no Docker daemon answers at unix:///d.sock (from DOCKER_HOST): ENOENT',
      hint: expect.stringContaining('use an engine that runs them: podman, nerdctl, kubernetes or apple'),
    }),
  )
  expect(makePlan(inputsOf({ images: 'a', push: 'true', engine: 'embedded' }), facts).smokeTest).toBeUndefined()
})

test("describePlan() does not show the values of the smoke test's environment", () => {
  const text = 'env: { TOKEN: hush }'
  const plan = makePlan(inputsOf({ ...given, 'smoke-test': text }), factsOf())
  expect(plan.smokeTest?.env).toEqual({ TOKEN: 'hush' })
  expect(describePlan(plan)).toContain('"TOKEN"')
  expect(describePlan(plan)).not.toContain('hush')
})

/** Plans a smoke test on pods for an engine that exports the image by this method. */
function onPods(push: boolean, method: string, smokeTest = smokeTestOf()) {
  const containers = planKubeContainers({ context: 'one', namespace: 'team-a', tolerations: [] })
  const { engine } = makePlan(inputsOf({ images: 'a' }), factsOf())
  const traits = { ...engine.traits, containers }
  return planSmokeTest({ smokeTest, push }, factsOf(), { traits, method: { name: method, because: '' } })
}

test('planSmokeTest() runs it where the engine runs containers, if the image is pushed before', () => {
  expect(onPods(true, 'digest')?.containers).toMatchObject({
    name: 'kubernetes',
    title: 'Kubernetes (context one, namespace team-a)',
  })
})

test.each([
  {
    push: false,
    method: 'layout',
    message: 'which pulls the image from a registry: `push` is false',
    hint: 'Set `push: true`, or remove `smoke-test`.',
  },
  {
    push: true,
    method: 'layout',
    message: 'which pulls the image from a registry: `outputs` is set, which is written before the image is pushed',
    hint: 'Remove `outputs` or `smoke-test`.',
  },
])('planSmokeTest() refuses pods for an image that is not pushed: $hint', ({ push, method, message, hint }) => {
  expect(() => onPods(push, method)).toThrowError(
    expect.objectContaining({
      code: 'input-invalid',
      message: `Cannot run the smoke test on Kubernetes (context one, namespace team-a), ${message}`,
      hint,
    }),
  )
})

test('planSmokeTest() refuses settings that a pod does not have, all in one error', () => {
  const smokeTest = smokeTestOf({ user: 'nobody', container: containerOf({ pidsLimit: 5 }) })
  expect(() => onPods(true, 'digest', smokeTest)).toThrowError(
    expect.objectContaining({
      code: 'input-invalid',
      message: `Cannot run the smoke test on Kubernetes (context one, namespace team-a):
- \`user\`: Kubernetes needs a number such as 1000 or 1000:1000, found "nobody"
- \`pids-limit\`: Kubernetes has it as a setting of nodes only`,
    }),
  )
})

test('makePlan() runs the smoke test in the podman that builds the image', () => {
  const podman = { kind: 'podman', path: '/usr/bin/podman', version: '5.8.6', rootless: false, remote: false } as const
  const facts = factsOf({ podman: { ...podman, name: 'podman', native: 'linux/arm64' } })
  expect(makePlan(inputsOf({ ...given, engine: 'podman' }), facts).smokeTest?.containers).toMatchObject({
    name: 'podman',
    title: 'Podman 5.8.6',
    native: { os: 'linux', architecture: 'arm64' },
  })
})
