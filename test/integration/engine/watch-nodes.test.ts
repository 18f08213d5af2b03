import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildTable, tableText } from '../../../src/engine/buildkit/retry-table.ts'
import { watchNodes } from '../../../src/engine/buildx/watch-nodes.ts'
import { ActionError } from '../../../src/errors/action-error.ts'
import type { Clock, Http } from '../../../src/host/host.ts'
import { classify } from '../../../src/retry/classify.ts'
import { createTestHost } from '../../support/host.ts'

const nodes = [
  { title: 'node a (tcp://a:1)', endpoint: 'tcp://a:1', options: null, platforms: ['linux/amd64'], ask: undefined },
  { title: 'node b (tcp://b:1)', endpoint: 'tcp://b:1', options: null, platforms: ['linux/arm64'], ask: undefined },
]

/** A clock on which ten seconds take a moment. Sleeping ends with the signal, as on the system's clock. */
function hastyClock(): Clock {
  let now = 0
  return {
    now: () => new Date(now),
    sleep: async (milliseconds, signal) => {
      await wait(2, undefined, signal ? { signal } : {})
      now += milliseconds
    },
  }
}

/** Watches a build of `requests` requests to node b, which responds if `responds` says so, and reports `activity`. */
async function watchBuild(requests: number, responds: (at: number) => boolean, activity = (_: number) => 0) {
  let asked = 0
  const done = new AbortController()
  const http: Http = async ({ url }) => {
    if (!url.includes('//b:')) throw new Error('Parse Error: Expected HTTP/')
    asked += 1
    if (asked > requests) done.abort()
    throw new Error(responds(asked) ? 'Parse Error: Expected HTTP/' : 'no answer from b:1 for 3 s')
  }
  const host = createTestHost({ http, clock: hastyClock() })
  onTestFinished(host.close)
  const silent: unknown[] = []
  const progress = {
    activity: ([platform]: readonly string[]) => (platform === 'linux/arm64' ? activity(asked) : 0),
    onSilent: (node: unknown) => silent.push(node),
  }
  const result = await watchNodes(nodes, progress, host, async (signal) => {
    await new Promise<void>((resolve) => {
      for (const each of [signal, done.signal]) each.addEventListener('abort', () => resolve())
    })
    signal.throwIfAborted()
    return 'built'
  }).catch((error: unknown) => error)
  return { result, silent }
}

describe('watchNodes()', () => {
  test('ends a build whose node neither responds nor reports progress, as a transient failure', async () => {
    const { result: error, silent } = await watchBuild(100, () => false)
    const problem = expect.stringMatching(/^it neither responded nor reported progress for [34]\d s$/)
    expect(silent).toEqual([{ endpoint: 'tcp://b:1', problem }])
    expect(error).toMatchObject({
      code: 'daemon-unreachable',
      platform: 'linux/arm64',
      message: expect.stringMatching(
        /^Stopped the build of linux\/arm64: node b \(tcp:\/\/b:1\) neither responded nor reported progress for [34]\d s$/,
      ),
    })
    if (!(error instanceof ActionError)) throw error
    const failure = { kind: 'error', code: error.code, text: tableText(error) } as never
    expect(classify(failure, buildTable, { answeredBefore: true })).toMatchObject({ verdict: 'transient' })
  })

  test.each([
    { name: 'responds now and then', responds: (at: number) => at % 3 === 0, activity: () => 0 },
    { name: 'reports progress', responds: () => false, activity: (at: number) => Math.floor(at / 2) },
  ])('waits for a node that $name', async ({ responds, activity }) => {
    expect(await watchBuild(20, responds, activity)).toEqual({ result: 'built', silent: [] })
  })

  /** Watches a build on one node over SSH for at least `requests` requests or 20 looks at its progress. */
  async function watchOverSsh(isSilent: boolean, activity: (look: number) => number) {
    let [asked, looks] = [0, 0]
    const done = new AbortController()
    const host = createTestHost({ clock: hastyClock() })
    onTestFinished(host.close)
    const ask = async () => {
      asked += 1
      if (asked > 20) done.abort()
      return isSilent
    }
    const progress = {
      activity: () => {
        looks += 1
        if (looks > 100) done.abort()
        return activity(looks)
      },
    }
    const node = { title: 'node b (ssh://b)', endpoint: 'ssh://b', options: null, platforms: ['linux/arm64'], ask }
    const result = await watchNodes([node], progress, host, async (signal) => {
      await new Promise<void>((resolve) => {
        for (const each of [signal, done.signal]) each.addEventListener('abort', () => resolve())
      })
      signal.throwIfAborted()
      return 'built'
    }).catch((error: unknown) => error)
    return { result, asked }
  }

  test('asks a node at another address through buildx, and ends the build if it hangs', async () => {
    const { result } = await watchOverSsh(true, () => 0)
    expect(result).toMatchObject({ code: 'daemon-unreachable', message: expect.stringContaining('node b (ssh://b)') })
    expect((await watchOverSsh(false, () => 0)).result).toBe('built')
  })

  test('does not ask a node at another address while it reports progress', async () => {
    expect(await watchOverSsh(true, (look) => look)).toEqual({ result: 'built', asked: 0 })
  })
})
