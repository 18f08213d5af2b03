import { expect, test } from 'vitest'
import { describePlan } from '../../../src/plan/describe-plan.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'

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

test('makePlan() runs the smoke test in the podman that builds the image', () => {
  const podman = { kind: 'podman', path: '/usr/bin/podman', version: '5.8.6', rootless: false, remote: false } as const
  const facts = factsOf({ podman: { ...podman, name: 'podman', native: 'linux/arm64' } })
  expect(makePlan(inputsOf({ ...given, engine: 'podman' }), facts).smokeTest?.containers).toMatchObject({
    name: 'podman',
    title: 'Podman 5.8.6',
    native: { os: 'linux', architecture: 'arm64' },
  })
})
