import { describe, expect, test } from 'vitest'
import { bootFailure } from '../../../../src/engine/buildx/boot-failure.ts'
import { mostAttempts } from '../../../support/most-attempts.ts'

// The last output of buildx 0.29 and 0.36 with Kubernetes 1.36 and Docker 28.
describe('bootFailure() of kubernetes', () => {
  test.each([
    {
      found:
        'ERROR: failed to initialize builder b (b0): cannot determine Kubernetes namespace, specify manually: stat /nonexistent: no such file or directory',
      code: 'builder-not-found',
      hint: /KUBECONFIG/,
      most: 1,
    },
    {
      found:
        'ERROR: failed to initialize builder b (b0): cannot determine Kubernetes namespace, specify manually: invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable',
      code: 'builder-not-found',
      hint: /KUBECONFIG/,
      most: 1,
    },
    {
      found: 'ERROR: error while calling configMapClient.Create for "b0": namespaces "builds" not found',
      code: 'builder-not-found',
      hint: /namespace=/,
      most: 1,
    },
    {
      found:
        'ERROR: error for bootstrap "b0": deployments.apps "b0" is forbidden: User "ci" cannot get resource "deployments" in API group "apps" in the namespace "builds"',
      code: 'builder-denied',
      hint: /deployments \(get, create, delete\)/,
      most: 1,
    },
    {
      found:
        'ERROR: error while calling deploymentClient.Create for "b0": the server has asked for the client to provide credentials (post deployments.apps)',
      code: 'builder-denied',
      hint: /permissions/,
      most: 1,
    },
    {
      found: 'ERROR: expected 1 replicas to be ready, got 0',
      code: 'engine-failed',
      hint: /kubectl describe pods/,
      most: 1,
    },
    {
      found: 'ERROR: invalid driver option tier for driver kubernetes',
      code: 'input-invalid',
      hint: /driver-opts/,
      most: 1,
    },
    {
      found: 'ERROR: Get "https://127.0.0.1:6444/apis/apps/v1": dial tcp 127.0.0.1:6444: connect: connection refused',
      code: 'daemon-unreachable',
      hint: /Kubernetes API/,
      most: 3,
    },
  ])('$code: $found', ({ found, code, hint, most }) => {
    const error = bootFailure('kubernetes', found)
    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) })
    expect(error.hint).not.toMatch(/Docker Hub|registry/)
    expect(mostAttempts(error, { ownNetwork: true, answeredBefore: false })).toBe(most)
  })
})

test('bootFailure() names the image that driver-opts gives, and Docker Hub only without one', () => {
  const found = 'ERROR: Error response from daemon: manifest for a.example/buildkit:1 not found: manifest unknown'
  const own = bootFailure('docker-container', found, ['network=host', 'image=a.example/buildkit:1'])
  expect(own.hint).toMatch(
    /^Check that the daemon can pull the image a\.example\/buildkit:1, which `driver-opts` names\./,
  )
  expect(own.hint).not.toMatch(/Docker Hub/)
  expect(bootFailure('docker-container', found).hint).toMatch(/Docker Hub/)
})

test('bootFailure() of a remote builder names its address and certificates', () => {
  expect(bootFailure('remote', 'ERROR: context deadline exceeded').hint).toMatch(/buildkitd runs at `endpoint`/)
  expect(bootFailure('remote', 'ERROR: x509: certificate signed by unknown authority').hint).toMatch(/cacert=/)
})

test.each([
  'ERROR: Error response from daemon: failed to resolve reference "r.example/kit:1": r.example/kit:1: not found',
  'ERROR: Error response from daemon: manifest for r.example/kit:1 not found: manifest unknown: manifest unknown',
  "ERROR: Error response from daemon: pull access denied for kit, repository does not exist or may require 'docker login'",
])('bootFailure() recognizes a missing builder image, which a new run does not change: %s', (found) => {
  const error = bootFailure('docker-container', found, ['image=r.example/kit:1'])
  expect(error).toMatchObject({ code: 'image-not-found', hint: expect.stringContaining('r.example/kit:1') })
})
