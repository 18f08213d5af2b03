import { expect, it } from 'vitest'
import { gateEnvironment } from '../../../src/gate/gate-environment.ts'
import { childEnvironment } from '../../../src/host/exec/child-environment.ts'

const kept = {
  PATH: '/bin',
  HOME: '/home/me',
  LC_ALL: 'C.UTF-8',
  https_proxy: 'http://proxy:3128',
  DOCKER_HOST: 'unix:///run/docker.sock',
  GITHUB_SHA: 'abc',
  GITHUB_REPOSITORY: 'acme/app',
  RUNNER_TEMP: '/tmp',
  POLYARCH_STEP: '/tmp/step',
}
const taken = {
  GITHUB_TOKEN: 'secret',
  GITHUB_ENV: '/env',
  GITHUB_OUTPUT: '/output',
  GITHUB_STEP_SUMMARY: '/summary',
  RUNNER_DEBUG_PASSWORD: 'secret',
  GITHUB_PAT: 'secret',
  RUNNER_AUTH: 'secret',
  INPUT_PASSWORD: 'secret',
  ACTIONS_RUNTIME_TOKEN: 'secret',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
  AWS_SECRET_ACCESS_KEY: 'secret',
  NPM_TOKEN: 'secret',
  TRIVY_SEVERITY: 'HIGH',
  DOCKER_CONFIG: '/home/me/.docker',
}

const seen = (named: readonly string[], own = {}) =>
  Object.fromEntries(
    Object.entries(childEnvironment({ ...kept, ...taken }, gateEnvironment({ ...kept, ...taken }, named, own))).filter(
      ([, value]) => value !== undefined,
    ),
  )

it('passes on only listed variables', () => {
  expect(seen([], { POLYARCH_DIGEST: 'sha256:1' })).toEqual({ ...kept, POLYARCH_DIGEST: 'sha256:1' })
})

it("passes on named variables, including the job's tokens", () => {
  const { ACTIONS_ID_TOKEN_REQUEST_TOKEN, TRIVY_SEVERITY } = taken
  expect(seen(['TRIVY_SEVERITY', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'MISSING'])).toEqual({
    ...kept,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN,
    TRIVY_SEVERITY,
  })
})
