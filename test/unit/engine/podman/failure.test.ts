import { describe, expect, test } from 'vitest'
import { type PodmanFailure, toPodmanError } from '../../../../src/engine/podman/failure.ts'

const step = { stage: 1, number: 2, text: 'RUN make', output: ['one', 'two'] }
const failure: PodmanFailure = {
  program: 'podman',
  status: 125,
  platform: 'linux/arm64',
  isEmulated: true,
  error: undefined,
  step,
  place: { file: 'Dockerfile', line: 2 },
  explainMissing: () => undefined,
}
const errorOf = (error: string) => toPodmanError({ ...failure, error })

describe('toPodmanError()', () => {
  test('names platform, line and status of a command, with its last lines', () => {
    expect(errorOf('building at STEP "RUN make": while running runtime: exit status 3')).toMatchObject({
      code: 'build-failed',
      message: [
        'Cannot build for linux/arm64 at Dockerfile:2 in RUN make: the command did not complete successfully: exit code: 3',
        'Last lines of that step:',
        '  one',
        '  two',
      ].join('\n'),
      place: { file: 'Dockerfile', line: 2 },
      platform: 'linux/arm64',
    })
  })

  // The texts of Podman 4.3.1 and 5.8.6.
  test.each([
    ['building at STEP "RUN x": while running runtime: exit status 139', 'emulator-crashed'],
    [
      'creating build container: initializing source docker://r/b:1: reading manifest 1 in r/b: manifest unknown: manifest unknown',
      'image-not-found',
    ],
    [
      'creating build container: initializing source docker://r:5999/b:1: pinging container registry r:5999: Get "https://r:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused',
      'registry-unreachable',
    ],
    [
      'initializing source docker://r/b:1: pinging container registry r: Get "https://r/v2/": http: server gave HTTP response to HTTPS client',
      'registry-unreachable',
    ],
    [
      'initializing source docker://r/b:1: pinging container registry r: received unexpected HTTP status: 503 Service Unavailable',
      'registry-unavailable',
    ],
    [
      'initializing source docker://b:1: reading manifest 1: toomanyrequests: You have reached your pull rate limit.',
      'registry-unavailable',
    ],
    [
      'initializing source docker://r/b:1: reading manifest 1 in r/b: unauthorized: authentication required',
      'registry-denied',
    ],
    [
      'choosing an image from manifest list docker://r/b:1: no image found in manifest list for architecture riscv64, variant "", OS linux',
      'platform-unsupported',
    ],
    [
      'building at STEP "RUN --mount=type=secret,id=a,required=true x": resolving mountpoints for container "b": secret required but no secret with id a found',
      'secret-not-found',
    ],
    [
      'building at STEP "COPY nofile /x": checking on sources under "/c": copier: stat: "/nofile": no such file or directory',
      'build-failed',
    ],
    ['committing container: no space left on device', 'disk-full'],
  ])('has for %s the code %s', (error, code) => {
    expect(errorOf(error)).toMatchObject({ code })
  })
})
