import { describe, expect, it, onTestFinished } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import { besidePreflight, mayStartEarly } from '../../../src/modes/beside-preflight.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import type { Ready } from '../../../src/preflight/preflight.ts'
import type { Run } from '../../../src/run-context.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { builderOf, factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'

type Given = Parameters<typeof inputsOf>[0]

async function runFor(given: Given = {}, facts = factsOf({ docker: serverOf({ store: 'containerd' }) })) {
  const host = createTestHost()
  const client = createTestClient()
  onTestFinished(host.close)
  onTestFinished(client.close)
  const plan = makePlan(inputsOf({ images: 'r.example/app', tags: '1', push: 'true', ...given }), facts)
  return { host, run: await runOf(plan, host, loginOf(client)) }
}

/** Preflight whose end the test decides. */
function preflight() {
  let pass = (): void => undefined
  let fail = (_: Error): void => undefined
  const passed = new Promise<void>((resolve, reject) => {
    pass = resolve
    fail = reject
  })
  passed.catch(() => undefined)
  return { passed, pass, fail }
}

const denied = new ActionError('registry-denied', 'Cannot push to r.example/app')
const building = (run: Run) =>
  run.host.log.group('Build', async () => {
    run.host.log.info('step 1')
    return 'built'
  })

describe('besidePreflight()', () => {
  it('builds before preflight has passed, and writes the output of the build after it', async () => {
    const { run, host } = await runFor()
    const { passed, pass } = preflight()
    let isBuilt = false
    const built = besidePreflight(run, passed, async (early) => {
      const result = await building(early)
      isBuilt = true
      return result
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(isBuilt).toBe(true)
    expect(host.log.lines).toEqual([])
    host.log.info('Preflight passed')
    pass()
    expect(await built).toBe('built')
    expect(host.log.lines).toEqual(['Preflight passed', 'Build', 'step 1'])
  })

  it('stops the build if preflight fails, and shows neither its output nor its error', async () => {
    const { run, host } = await runFor()
    const { passed, fail } = preflight()
    const built = besidePreflight(run, passed, async (early) => {
      await building(early)
      await new Promise((_, reject) => early.host.signal.addEventListener('abort', () => reject(new Error('stopped'))))
    })
    await new Promise((resolve) => setImmediate(resolve))
    fail(denied)
    await expect(built).rejects.toBe(denied)
    expect(host.log.lines).toEqual([])
  })

  it('discards a finished build if preflight fails', async () => {
    const { run } = await runFor()
    const { passed, fail } = preflight()
    const built = besidePreflight(run, passed, building)
    await new Promise((resolve) => setImmediate(resolve))
    fail(denied)
    await expect(built).rejects.toBe(denied)
  })

  it('waits for preflight before it reports a failed build with its output', async () => {
    const { run, host } = await runFor()
    const { passed, pass } = preflight()
    const broken = new ActionError('build-failed', 'RUN make failed')
    const built = besidePreflight(run, passed, async (early) => {
      await building(early)
      throw broken
    })
    let isOver = false
    built.catch(() => undefined).finally(() => (isOver = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(isOver).toBe(false)
    pass()
    await expect(built).rejects.toBe(broken)
    expect(host.log.lines).toEqual(['Build', 'step 1'])
  })

  it('does not stop what runs after the build', async () => {
    const { run } = await runFor()
    const { passed, pass } = preflight()
    pass()
    const later = await besidePreflight(run, passed, async (early) => early.host)
    expect(later.signal.aborted).toBe(false)
    later.log.info('later')
  })
})

describe('mayStartEarly()', () => {
  const ready = (missing: readonly unknown[] = []): Ready =>
    ({ reading: undefined, bases: Promise.resolve([]), emulations: [{ missing }] }) as unknown as Ready
  const container = factsOf({
    docker: serverOf({ store: 'classic' }),
    builder: builderOf({ driver: 'docker-container' }),
  })

  it.each<{ readonly name: string; readonly given: Given; readonly facts?: typeof container; readonly may: boolean }>([
    { name: 'a build into a layout', given: {}, may: true },
    { name: 'the embedded engine', given: { engine: 'embedded' }, may: true },
    { name: 'a cache that is written after the tags', given: { cache: 'gha' }, may: true },
    {
      name: 'a cache that the build pushes',
      given: { 'cache-to': 'type=registry,ref=r.example/c,ignore-error=false' },
      may: false,
    },
    { name: 'a pruned builder', given: { fresh: 'true' }, may: false },
    { name: 'a builder that pushes by digest', given: { builder: 'mine' }, facts: container, may: false },
  ])('$name: $may', async ({ given, facts, may }) => {
    const { run } = await runFor(given, facts)
    expect(mayStartEarly(run, [{ run, ready: ready() }])).toBe(may)
  })

  it('not before an emulator is set up', async () => {
    const { run } = await runFor()
    expect(mayStartEarly(run, [{ run, ready: ready([{}]) }])).toBe(false)
  })
})
