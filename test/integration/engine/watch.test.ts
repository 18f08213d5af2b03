import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { isCacheFailure } from '../../../src/engine/buildkit/cache-failure.ts'
import { createProgress } from '../../../src/engine/buildkit/progress.ts'
import { watch } from '../../../src/engine/buildx/watch.ts'
import { ActionError } from '../../../src/errors/action-error.ts'
import type { Clock, Host } from '../../../src/host/host.ts'
import { limitTime } from '../../../src/host/time-limit.ts'
import { createTestHost } from '../../support/host.ts'

const start = Date.parse('2026-01-02T03:04:05Z')
const begun = JSON.stringify({
  vertexes: [{ digest: 'sha256:0', name: '[linux/arm64 2/2] RUN make', started: '2026-01-02T03:04:05Z' }],
})

/** A clock on which a minute takes a moment. Sleeping ends with the signal, as on the system's clock. */
function hastyClock(): Clock {
  let now = start
  return {
    now: () => new Date(now),
    sleep: async (milliseconds, signal) => {
      await wait(2, undefined, signal ? { signal } : {})
      now += milliseconds
    },
  }
}

/** Watches a program that prints a start message, and then runs `script`. */
function watchScript(script: string, answers: () => Promise<boolean>) {
  const host = createTestHost({ env: { PATH: '/usr/bin:/bin' }, clock: hastyClock() })
  const progress = createProgress(host.log.info)
  const watched = watch({ progress, answers }, host, (onStderrLine, signal) =>
    host.exec('sh', ['-c', `echo '${begun}' >&2; ${script}`], { onStderrLine, signal }),
  )
  return { host, watched }
}

describe('watch()', () => {
  test.each([
    { name: 'importing cache manifest from gha:1', cached: false },
    { name: '[2/2] RUN make', cached: true },
  ])('stops reading a silent cache: $name', async ({ name, cached }) => {
    const vertexes = [{ digest: 'sha256:1', name, started: '2026-01-02T03:04:05Z', cached }]
    const host = createTestHost({ env: { PATH: '/usr/bin:/bin' }, clock: hastyClock() })
    // A cached step runs again when BuildKit fetches its content.
    const lines = cached
      ? [{ vertexes: [{ ...vertexes[0], completed: '2026-01-02T03:04:05Z' }] }, { vertexes }]
      : [{ vertexes }]
    const script = `${lines.map((line) => `echo '${JSON.stringify(line)}' >&2`).join('; ')}; sleep 300`
    const watched = watch(
      { progress: createProgress(host.log.info), answers: async () => true },
      host,
      (onStderrLine, signal) => host.exec('sh', ['-c', script], { onStderrLine, signal }),
    )
    const error = await watched.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: expect.stringContaining('The cache import stalled: nothing came for ') })
    expect(isCacheFailure(error)).toBe(true)
  })

  test.each([
    { name: 'of a build that has read a cache', cacheRead: true },
    { name: 'but not of another build', cacheRead: false },
  ])('stops using a cache after an export is silent for ten minutes, $name', async ({ cacheRead }) => {
    const time = '2026-01-02T03:04:05Z'
    const vertexes = [
      ...(cacheRead
        ? [{ digest: 'sha256:1', name: 'importing cache manifest from gha:1', started: time, completed: time }]
        : []),
      { digest: 'sha256:2', name: '[2/2] RUN make', started: time, completed: time, cached: true },
      { digest: 'sha256:3', name: 'exporting to image', started: time },
    ]
    const host = createTestHost({ env: { PATH: '/usr/bin:/bin' }, clock: hastyClock() })
    let asked = 0
    const watched = watch(
      { progress: createProgress(host.log.info), answers: async () => ++asked < 15 },
      host,
      (onStderrLine, signal) =>
        host.exec('sh', ['-c', `echo '${JSON.stringify({ vertexes })}' >&2; sleep 300`], { onStderrLine, signal }),
    )
    const error = await watched.catch((thrown: unknown) => thrown)
    expect(isCacheFailure(error)).toBe(cacheRead)
    expect(asked).toBeGreaterThanOrEqual(9)
  })

  test('ends a silent build after the builder failed to answer three times', async () => {
    let asked = 0
    const { watched } = watchScript('sleep 300', async () => {
      asked++
      return false
    })
    await expect(watched).rejects.toMatchObject({
      code: 'daemon-unreachable',
      platform: 'linux/arm64',
      message: expect.stringMatching(
        /^Stopped the build: nothing came from the builder for \d min.*; \[linux\/arm64 2\/2\] RUN make \(for \d min\) was running$/,
      ),
    })
    expect(asked).toBe(3)
  })

  test('keeps a silent build running while the builder answers, and names the step after ten minutes', async () => {
    let asked = 0
    let release = (): void => undefined
    const enough = new Promise<void>((resolve) => {
      release = resolve
    })
    const host = createTestHost({ clock: hastyClock() })
    const progress = createProgress(host.log.info)
    const answers = async () => {
      asked++
      // No answer twice in a row, then one.
      if (asked === 15) release()
      return asked % 3 === 0
    }
    const result = await watch({ progress, answers }, host, async (onLine) => {
      onLine(begun)
      await enough
      return 'built'
    })

    expect(result).toBe('built')
    expect(host.log.lines.filter((line) => line.startsWith('warning'))).toEqual([
      'warning: Nothing came from the builder for 10 min: [linux/arm64 2/2] RUN make (for 10 min) was running',
    ])
  })

  test('returns the result and the errors of the work unchanged', async () => {
    const host = createTestHost()
    const watched = { progress: createProgress(host.log.info), answers: async () => true }
    const denied = new ActionError('registry-denied', 'No')
    expect(await watch(watched, { ...host, clock: hastyClock() }, async () => 3)).toBe(3)
    await expect(watch(watched, { ...host, clock: hastyClock() }, () => Promise.reject(denied))).rejects.toBe(denied)
  })
})

/** Runs `work` with a time limit, as the step does. */
async function withinTime<T>(limit: number | undefined, host: Host, work: (limited: Host) => Promise<T>): Promise<T> {
  const { host: limited, lift, toError } = limitTime(limit, host)
  try {
    return await work(limited)
  } catch (error) {
    throw toError(error)
  } finally {
    lift()
  }
}

describe('limitTime()', () => {
  test('ends the programs of the work and reports the limit, and with watch() the running step', async () => {
    const host = createTestHost({ env: { PATH: '/usr/bin:/bin' } })
    const progress = createProgress(host.log.info)
    const clock = {
      ...hastyClock(),
      sleep: (_: number, signal?: AbortSignal) => wait(60_000, undefined, signal ? { signal } : {}),
    }
    const build = withinTime(3_000, host, (limited) =>
      watch({ progress, answers: async () => true }, { ...limited, clock }, (onStderrLine, signal) =>
        limited.exec('sh', ['-c', `echo '${begun}' >&2; sleep 300`], { onStderrLine, signal }),
      ),
    )
    await expect(build).rejects.toMatchObject({
      code: 'timed-out',
      platform: 'linux/arm64',
      message: 'Stopped the build at its time limit of 3 s; [linux/arm64 2/2] RUN make (for 0 s) was running',
    })
  })

  test('converts the error of work that its signal stopped to the time-out', async () => {
    const work = ({ signal }: { readonly signal: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new ActionError('cancelled', 'Stopped writing')))
      })
    await expect(withinTime(10, createTestHost(), work)).rejects.toMatchObject({ code: 'timed-out' })
  })

  test('keeps a cancellation a cancellation', async () => {
    const cancel = new AbortController()
    const host = createTestHost({ signal: cancel.signal, env: { PATH: '/usr/bin:/bin' } })
    const build = withinTime(60_000, host, ({ exec }) => exec('sleep', ['300']))
    cancel.abort()
    await expect(build).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('passes on a failure and a result', async () => {
    const failed = new ActionError('build-failed', 'No')
    await expect(withinTime(60_000, createTestHost(), () => Promise.reject(failed))).rejects.toBe(failed)
    expect(await withinTime(undefined, createTestHost(), async ({ signal }) => signal.aborted)).toBe(false)
  })
})
