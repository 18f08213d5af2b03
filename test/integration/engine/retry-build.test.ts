import { describe, expect, it } from 'vitest'
import { toBuildError } from '../../../src/engine/buildkit/failure.ts'
import { retryBuild } from '../../../src/engine/buildkit/retry-build.ts'
import { bootFailure } from '../../../src/engine/buildx/boot-failure.ts'
import { ActionError, type ErrorCode } from '../../../src/errors/action-error.ts'
import { retryPolicy } from '../../../src/retry/backoff.ts'
import { createFakeClock } from '../../support/clock.ts'
import { createRecordingLog } from '../../support/log.ts'
import { mostAttempts } from '../../support/most-attempts.ts'

const here = { ownNetwork: false, answeredBefore: false }
const always = Number.POSITIVE_INFINITY
const error = (code: ErrorCode, message: string) => new ActionError(code, message)

describe('mostAttempts()', () => {
  it.each<{ name: string; code: ErrorCode; message: string; most: number }>([
    {
      name: 'a 503 of the base image',
      code: 'registry-unavailable',
      message: 'unexpected status from HEAD request: 503',
      most: always,
    },
    {
      name: 'a refused connection',
      code: 'registry-unreachable',
      message: 'dial tcp 10.0.0.1:443: connect: connection refused',
      most: always,
    },
    {
      name: 'a name that does not resolve',
      code: 'registry-unreachable',
      message: 'dial tcp: lookup a: no such host',
      most: 3,
    },
    {
      name: 'a denial',
      code: 'registry-denied',
      message: 'unexpected status from HEAD request: 401 Unauthorized',
      most: 2,
    },
    { name: 'a missing base image', code: 'image-not-found', message: 'base:1: not found', most: 2 },
    {
      name: 'a token server that is down',
      code: 'registry-unavailable',
      message: 'failed to fetch oauth token: unavailable: injected',
      most: always,
    },
    {
      name: 'a frontend that could not be fetched',
      code: 'dockerfile-not-found',
      message: 'failed to read dockerfile: failed to copy: unexpected EOF',
      most: always,
    },
    {
      name: 'a daemon that went away',
      code: 'daemon-unreachable',
      message: 'failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
      most: 3,
    },
    {
      name: 'a daemon that is not running',
      code: 'daemon-unreachable',
      message: 'Cannot connect to the Docker daemon',
      most: 3,
    },
    {
      name: 'a socket without permission for this user',
      code: 'daemon-unreachable',
      message: 'permission denied while trying to connect to the Docker daemon socket',
      most: 1,
    },
    {
      name: 'a Git server that is down',
      code: 'download-failed',
      message: 'Cannot fetch https://git.example.com/a.git: The requested URL returned error: 503',
      most: always,
    },
    {
      name: 'a Git server whose name does not resolve',
      code: 'download-failed',
      message: 'Cannot fetch https://git.example.com/a.git: Could not resolve host: git.example.com',
      most: 3,
    },
    {
      name: 'a Git server whose certificate is not trusted',
      code: 'download-failed',
      message: 'Cannot fetch https://git.example.com/a.git: SSL certificate problem: self-signed certificate',
      most: 1,
    },
    {
      name: 'a missing repository',
      code: 'context-not-found',
      message: "Cannot fetch https://git.example.com/a.git: repository 'https://git.example.com/a.git/' not found",
      most: 1,
    },
    {
      name: 'a server of ADD that refuses connections',
      code: 'download-failed',
      message: 'failed to load cache key: Get "http://a.example/f": dial tcp 192.0.2.7:80: connect: connection refused',
      most: 3,
    },
    {
      name: 'a missing SBOM generator',
      code: 'image-not-found',
      message: 'Cannot attach an SBOM: acme/scanner:1: not found',
      most: 1,
    },
    {
      name: 'output of a step that was running when the engine failed',
      code: 'daemon-unreachable',
      message: 'Cannot build: failed to receive status: EOF\nLast lines of that step:\n  x509: certificate has expired',
      most: 3,
    },
    { name: 'an unknown blob right after it was pushed', code: 'build-failed', message: 'unknown blob', most: 3 },
    {
      name: 'a builder whose image temporarily could not be pulled',
      code: 'engine-failed',
      message: 'Cannot start a docker-container builder: toomanyrequests: rate exceeded',
      most: always,
    },
    {
      name: 'a builder whose image does not exist',
      code: 'engine-failed',
      message: 'Cannot start a docker-container builder: not found',
      most: 1,
    },
    {
      name: 'a failed RUN, whatever it printed',
      code: 'build-failed',
      message:
        'process "/bin/sh -c curl x" did not complete successfully: exit code: 56\n  curl: connection reset: 503 Bad',
      most: 1,
    },
    { name: 'a mistake in the Dockerfile', code: 'dockerfile-invalid', message: 'unknown instruction', most: 1 },
    { name: 'a missing file', code: 'build-failed', message: '"/x": not found', most: 1 },
  ])('recognizes $name', ({ code, message, most }) => {
    expect(mostAttempts(error(code, message), here)).toBe(most)
  })

  it('waits for a daemon that has answered before as for a registry', () => {
    const away = error('daemon-unreachable', 'Cannot connect to the Docker daemon')
    expect(mostAttempts(away, { ...here, answeredBefore: true })).toBe(always)
    const denied = error('daemon-unreachable', 'permission denied while trying to connect to the Docker daemon socket')
    expect(mostAttempts(denied, { ...here, answeredBefore: true })).toBe(1)
  })

  it('does not wait long for 127.0.0.1 in a separate network', () => {
    const refused = error('registry-unreachable', 'dial tcp 127.0.0.1:5000: connect: connection refused')
    expect([true, false].map((own) => mostAttempts(refused, { ...here, ownNetwork: own }))).toEqual([3, always])
  })
})

const push = 'failed to push a.io/b:1: failed to do request: Put "https://a.io/v2/b/blobs/uploads/1"'
const token =
  'node:24: failed to resolve source metadata for docker.io/library/node:24: failed to authorize: failed to fetch'

describe('mostAttempts() of messages of BuildKit', () => {
  const errorOf = (summary: string): ActionError =>
    toBuildError({
      status: 1,
      messages: [`ERROR: failed to build: failed to solve: ${summary}`],
      failed: undefined,
      dockerfile: 'Dockerfile',
      platform: undefined,
    })

  it.each([
    `${token} oauth token: unexpected status from POST request to https://auth.docker.io/token: 502 Bad Gateway`,
    `${token} oauth token: unexpected status: 503 Service Unavailable`,
    `${token} anonymous token: unexpected status from GET request to https://auth.docker.io/token?scope=a: 503 Service Unavailable`,
    `${token} anonymous token: Get "https://auth.docker.io/token?scope=a": net/http: TLS handshake timeout`,
    `${token} oauth token: Post "https://auth.docker.io/token": dial tcp 10.0.0.1:443: i/o timeout`,
    `${push}: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
    `${push}: net/http: timeout awaiting response headers`,
    `${push}: dial tcp 10.0.0.1:443: connect: connection timed out`,
    `${push}: dial tcp: lookup a.io: Temporary failure in name resolution`,
    `${push}: dial tcp: lookup a.io on 127.0.0.53:53: server misbehaving`,
    `${push}: remote error: tls: internal error`,
    `${push}: stream error: stream ID 7; INTERNAL_ERROR; received from peer`,
    `${push}: read tcp 10.0.0.2:40000->10.0.0.1:443: read: connection reset by peer`,
    'failed to push a.io/b:1: failed to parse error response 502: invalid character',
    'failed to push a.io/b:1: error parsing HTTP 503 response body: invalid character',
    'failed to push a.io/b:1: blob upload unknown',
    'failed to push a.io/b:1: unexpected status from PUT request to https://a.io/v2/b/manifests/1: 520',
    'failed to push a.io/b:1: unexpected status from PUT request to https://a.io/v2/b/manifests/1: 429',
    'failed to push a.io/b:1: unexpected status from PUT request to https://a.io/v2/b/manifests/1: 408 Request Timeout',
  ])('retries: %s', (summary) => {
    const failure = errorOf(summary)
    expect([failure.code, mostAttempts(failure, { ...here, ownNetwork: true })]).toEqual([
      'registry-unavailable',
      always,
    ])
  })

  it.each([
    {
      code: 'registry-unreachable',
      summary: `${push}: tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    },
    {
      code: 'registry-unreachable',
      summary: `${token} anonymous token: Get "https://auth.docker.io/token": tls: failed to verify certificate: x509: certificate has expired`,
    },
    { code: 'registry-unreachable', summary: `${push}: http: server gave HTTP response to HTTPS client` },
    { code: 'registry-unreachable', summary: `${push}: tls: first record does not look like a TLS handshake` },
    { code: 'registry-unreachable', summary: `${push}: proxyconnect tcp: dial tcp 10.0.0.9:3128: i/o timeout` },
    {
      code: 'build-failed',
      summary: 'failed to compute cache key: failed to calculate checksum of ref a::b: "/503": not found',
    },
  ] as const)('does not retry: $summary', ({ code, summary }) => {
    const failure = errorOf(summary)
    expect([failure.code, mostAttempts(failure, here)]).toEqual([code, 1])
  })

  it.each([
    `${token} oauth token: unexpected status from POST request to https://auth.docker.io/token: 401 Unauthorized`,
    `${token} anonymous token: unexpected status from GET request to https://auth.docker.io/token: 403 Forbidden`,
    `${token} oauth token: denied: no`,
    `${token} oauth token: unexpected status from POST request to https://auth.docker.io/token: 400 Bad Request`,
  ])('retries a denial once: %s', (summary) => {
    const failure = errorOf(summary)
    expect([failure.code, mostAttempts(failure, here)]).toEqual(['registry-denied', 2])
  })

  it('makes three attempts for a token server whose name does not resolve', () => {
    const failure = errorOf(
      `${token} anonymous token: Get "https://auth.a.io/token": dial tcp: lookup auth.a.io: no such host`,
    )
    expect([failure.code, mostAttempts(failure, here)]).toEqual(['registry-unreachable', 3])
  })
})

describe('mostAttempts() of a builder that does not boot', () => {
  const pull = 'ERROR: Error response from daemon: Get "https://registry-1.docker.io/v2/":'

  it.each([
    {
      found: `${pull} net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
      most: always,
    },
    { found: `${pull} dial tcp 10.0.0.1:443: i/o timeout`, most: always },
    { found: `${pull} context deadline exceeded`, most: 3 },
    { found: `${pull} dial tcp: lookup registry-1.docker.io: no such host`, most: 3 },
    { found: `${pull} dial tcp 10.0.0.1:443: connect: connection refused`, most: 3 },
    { found: `${pull} tls: failed to verify certificate: x509: certificate signed by unknown authority`, most: 1 },
    { found: `${pull} http: server gave HTTP response to HTTPS client`, most: 1 },
    { found: `${pull} proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused`, most: 1 },
    { found: 'ERROR: pull access denied for a/b', most: 1 },
  ])('$most: $found', ({ found, most }) => {
    expect(mostAttempts(bootFailure('docker-container', found), here)).toBe(most)
  })

  it('reports what to set up', () => {
    expect(bootFailure('docker-container', `${pull} x509: certificate signed by unknown authority`).hint).toMatch(
      /^Check that the daemon can pull the builder image, .* Docker Hub.* The builder does not trust the registry's certificate/,
    )
    expect(bootFailure('remote', 'pull access denied for a/b').hint).not.toMatch(/credentials/)
  })
})

describe('retryBuild()', () => {
  /** Fails the given number of times, then succeeds; returns the result. */
  async function build(failures: number, failure: unknown, retries: number) {
    const attempts: number[] = []
    const host = { clock: createFakeClock(), log: createRecordingLog(), signal: new AbortController().signal }
    let runs = 0
    const once = async (): Promise<string> => {
      runs++
      if (runs <= failures) throw failure
      return 'built'
    }
    const means = { policy: retryPolicy(retries), onRetry: (n: number) => attempts.push(n), ...here }
    const result = await retryBuild(once, means, host).catch((thrown: unknown) => thrown)
    return { result, runs, attempts, slept: host.clock.slept.length, log: host.log.lines }
  }

  const unavailable = error('registry-unavailable', 'Cannot build: 503\nand more')

  it('builds again until it succeeds, and reports why', async () => {
    const { log, ...built } = await build(2, unavailable, 8)
    expect(built).toEqual({ result: 'built', runs: 3, attempts: [2, 3], slept: 2 })
    expect(log.join('\n')).toMatch(/Cannot build: 503; transient, attempt 2 of 9 in 0\.\d s/)
  })

  it('gives up with the last error', async () => {
    expect(await build(9, unavailable, 1)).toMatchObject({ result: unavailable, runs: 2 })
  })

  it('builds once if retries are disabled', async () => {
    expect(await build(9, unavailable, 0)).toMatchObject({ result: unavailable, runs: 1, attempts: [], log: [] })
  })

  /** A daemon that answered before, and its answer to each attempt. */
  async function outage(...messages: readonly string[]) {
    const host = { clock: createFakeClock(), log: createRecordingLog(), signal: new AbortController().signal }
    let runs = 0
    const once = async (): Promise<string> => {
      const message = messages[runs++]
      if (message !== undefined) throw error('daemon-unreachable', `Cannot build: ${message}`)
      return 'built'
    }
    const means = { policy: retryPolicy(8), onRetry: () => {}, ownNetwork: false, answeredBefore: true }
    const result = await retryBuild(once, means, host).catch((thrown: unknown) => thrown)
    return { result, runs, waited: host.clock.slept.reduce((sum, wait) => sum + wait, 0) }
  }
  const lost = 'failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF'
  const absent = 'Cannot connect to the Docker daemon at unix:///run/docker.sock. Is the docker daemon running?'

  it('waits twenty seconds and more for a daemon that was lost during the build', async () => {
    const { result, runs, waited } = await outage(lost, absent, absent, absent, absent, absent, absent)
    expect([result, runs]).toEqual(['built', 8])
    expect(waited).toBeGreaterThan(20_000)
  })

  it('waits for containerd, which dockerd restarts after ten seconds', async () => {
    const down =
      'connection error: desc = "transport: Error while dialing: dial unix c.sock: connect: connection refused"'
    const during = `the connection to the builder was lost during [2/2] RUN make: failed to create lease: ${down}`
    expect(await outage(during, down, down, down, down)).toMatchObject({ result: 'built', runs: 6 })
  })

  it('retries once a build that crashed the engine', async () => {
    expect(await outage(lost, absent, lost, lost)).toMatchObject({
      result: { code: 'daemon-unreachable', message: `Cannot build: ${lost}` },
      runs: 3,
    })
  })

  it('does not retry a build with failures that a second attempt does not fix', async () => {
    const defect = new TypeError('x')
    expect(await build(1, defect, 8)).toMatchObject({ result: defect, runs: 1 })
    const cancelled = error('cancelled', 'The run was canceled')
    expect(await build(1, cancelled, 8)).toMatchObject({ result: cancelled, runs: 1 })
  })
})
