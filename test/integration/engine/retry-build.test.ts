import { describe, expect, it } from 'vitest'
import { mostAttempts, retryBuild } from '../../../src/engine/buildx/retry-build.ts'
import { ActionError, type ErrorCode } from '../../../src/errors.ts'
import { retryPolicy } from '../../../src/registry/retry.ts'
import { createFakeClock } from '../../support/clock.ts'
import { createRecordingLog } from '../../support/log.ts'

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
      name: 'a name that cannot be resolved',
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
    { name: 'a base image that is not there', code: 'image-not-found', message: 'base:1: not found', most: 2 },
    {
      name: 'a token server that is down',
      code: 'build-failed',
      message: 'failed to fetch oauth token: unavailable: injected',
      most: always,
    },
    {
      name: 'a push that broke off',
      code: 'build-failed',
      message: 'failed to copy: unexpected EOF',
      most: always,
    },
    { name: 'an unknown blob right after it was pushed', code: 'build-failed', message: 'unknown blob', most: 3 },
    {
      name: 'a builder whose image could not be pulled for now',
      code: 'engine-failed',
      message: 'Cannot boot a docker-container builder: toomanyrequests: rate exceeded',
      most: always,
    },
    {
      name: 'a builder whose image is not there',
      code: 'engine-failed',
      message: 'Cannot boot a docker-container builder: not found',
      most: 1,
    },
    {
      name: 'a RUN that failed, whatever it printed',
      code: 'build-failed',
      message:
        'process "/bin/sh -c curl x" did not complete successfully: exit code: 56\n  curl: connection reset: 503 Bad',
      most: 1,
    },
    { name: 'a mistake in the Dockerfile', code: 'dockerfile-invalid', message: 'unknown instruction', most: 1 },
    { name: 'a missing file', code: 'build-failed', message: '"/x": not found', most: 1 },
  ])('knows $name', ({ code, message, most }) => {
    expect(mostAttempts(error(code, message), false)).toBe(most)
  })

  it('does not wait long for 127.0.0.1 in a network of its own', () => {
    const refused = error('registry-unreachable', 'dial tcp 127.0.0.1:5000: connect: connection refused')
    expect([true, false].map((own) => mostAttempts(refused, own))).toEqual([3, always])
  })
})

describe('retryBuild()', () => {
  /** Fails so often, then succeeds; gives what came of it. */
  async function build(failures: number, failure: unknown, retries: number) {
    const attempts: number[] = []
    const host = { clock: createFakeClock(), log: createRecordingLog(), signal: new AbortController().signal }
    let runs = 0
    const once = async (): Promise<string> => {
      runs++
      if (runs <= failures) throw failure
      return 'built'
    }
    const means = { policy: retryPolicy(retries), onRetry: (n: number) => attempts.push(n), ownNetwork: false }
    const result = await retryBuild(once, means, host).catch((thrown: unknown) => thrown)
    return { result, runs, attempts, slept: host.clock.slept.length, log: host.log.lines }
  }

  const unavailable = error('registry-unavailable', 'Cannot build: 503\nand more')

  it('builds again until it succeeds, and says why', async () => {
    const { log, ...built } = await build(2, unavailable, 8)
    expect(built).toEqual({ result: 'built', runs: 3, attempts: [2, 3], slept: 2 })
    expect(log.join('\n')).toMatch(/Cannot build: 503; transient, attempt 2 of 9 in 0\.\d s/)
  })

  it('gives up with the last error', async () => {
    expect(await build(9, unavailable, 1)).toMatchObject({ result: unavailable, runs: 2 })
  })

  it('builds once where it was told not to try again', async () => {
    expect(await build(9, unavailable, 0)).toMatchObject({ result: unavailable, runs: 1, attempts: [], log: [] })
  })

  it('does not build again what is not for a second try', async () => {
    const defect = new TypeError('x')
    expect(await build(1, defect, 8)).toMatchObject({ result: defect, runs: 1 })
    const cancelled = error('cancelled', 'The run was cancelled')
    expect(await build(1, cancelled, 8)).toMatchObject({ result: cancelled, runs: 1 })
  })
})
