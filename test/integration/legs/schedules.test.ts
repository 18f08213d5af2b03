import { describe, expect, it } from 'vitest'
import {
  type Choose,
  createMemoryLedgers,
  createMemoryRegistry,
  createScheduler,
  indexAt,
  type LegJob,
  nameOf,
  platformsOf,
  runLeg,
} from '../../support/leg-model.ts'
import { createRandom } from '../../support/random.ts'
import { seededPart } from '../../support/seeded-part.ts'

const image = 'registry.example/acme/app'
const all = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/s390x']
/** `POLYARCH_MATRIX=all` runs them all. */
const isWhole = process.env['POLYARCH_MATRIX'] === 'all'

type World = {
  readonly platforms: readonly string[]
  readonly lag: { readonly others: number; readonly own: number }
  readonly deletes: boolean
  readonly ledger: 'registry' | 'memory'
  /** Whether all jobs run again after they have succeeded. */
  readonly again: boolean
  /** The optional platforms, and those of them that fail in an attempt. */
  readonly optional?: readonly string[]
  readonly fails?: (platform: string, attempt: number) => boolean
  readonly kills: (what: string) => boolean
}

/** Runs the jobs of one image in one order, and killed jobs again, until none is killed. Returns what the jobs did. */
async function play(choose: Choose, world: World): Promise<readonly string[]> {
  const { platforms, lag, optional = [], fails = () => false } = world
  /** The optional platforms that have failed in an attempt, and those that have succeeded in one. */
  const omitted = new Set<string>()
  const built = new Set<string>()
  const isAllowed = (found: readonly string[]) =>
    platforms.every((platform) => (found.includes(platform) ? built.has(platform) : omitted.has(platform)))
  const incomplete: string[] = []
  const registry = createMemoryRegistry({
    lag,
    deletes: world.deletes,
    // Content by digest is the same in every order.
    isTurn: (what) =>
      (world.ledger === 'registry'
        ? /^(?:(?:read|write|look for) (?!manifest|blob)|delete)/
        : /^write (?!manifest)/
      ).test(what),
    onTag: (tag, index) => {
      const found = platformsOf(index)
      if (!isAllowed(found)) incomplete.push(`${tag}: ${found.join()}`)
    },
  })
  const openLedger = world.ledger === 'memory' ? createMemoryLedgers({ lag }) : undefined
  const { run, steps, trace, dead, pass } = createScheduler(choose, world.kills)
  const jobOf = (platform: string, attempt: number): LegJob => ({
    ...{ image, platform, attempt, seed: attempt * 100 + all.indexOf(platform) },
    platforms: platforms.map((one) => (optional.includes(one) ? `${one}?` : one)),
    fails: optional.includes(platform) && fails(platform, attempt),
    ...(openLedger ? { openLedger } : {}),
  })
  const attemptAll = async (first: readonly string[], from: number): Promise<number> => {
    let left = first
    let attempt = from
    while (left.length > 0) {
      const jobs = left.map((platform) => jobOf(platform, attempt))
      for (const job of jobs) (job.fails ? omitted : built).add(job.platform)
      const results = await run(jobs.map((job) => () => runLeg(job, registry, steps)))
      const killed = jobs.map((job) => dead.has(nameOf(job)))
      const failed = results.find((result, at) => result.status === 'rejected' && !killed[at])
      expect(failed, trace.join('\n')).toBeUndefined()
      left = left.filter((_, at) => killed[at])
      attempt += 1
      pass(60_000)
    }
    return attempt
  }
  const next = await attemptAll(platforms, 1)
  const complete = () => platformsOf(indexAt(registry, `${image}:latest`) ?? {})
  expect(incomplete, trace.join('\n')).toEqual([])
  expect(isAllowed(complete()), trace.join('\n')).toBe(true)
  expect(registry.tags.get(`${image}:1.0`), trace.join('\n')).toBe(registry.tags.get(`${image}:latest`))
  if (world.again) {
    const before = new Set(indexAt(registry, `${image}:latest`)?.manifests.map(({ digest }) => digest))
    await attemptAll(platforms, next)
    const after = indexAt(registry, `${image}:latest`)?.manifests.map(({ digest }) => digest) ?? []
    expect(incomplete, trace.join('\n')).toEqual([])
    expect(
      after.filter((digest) => before.has(digest)),
      trace.join('\n'),
    ).toEqual([])
  }
  return trace
}

/** All orders, one after another: each choice is the first, until the last choice that has another one takes it. */
async function eachOrder(most: number, play: (choose: Choose) => Promise<unknown>): Promise<number> {
  let path: { readonly taken: number; readonly of: number }[] = []
  for (let played = 1; ; played++) {
    let depth = 0
    const next = [...path]
    await play((count) => {
      const taken = next[depth]?.taken ?? 0
      next[depth] = { taken, of: count }
      depth += 1
      return taken
    })
    path = next.slice(0, depth)
    while (path.length > 0 && (path.at(-1)?.taken ?? 0) + 1 >= (path.at(-1)?.of ?? 0)) path.pop()
    const last = path.pop()
    if (last === undefined || played >= most) return played
    path.push({ ...last, taken: last.taken + 1 })
  }
}

describe('the jobs of an image, in every order', () => {
  it('write a tag only for a complete image, and always when it is complete', async () => {
    const rounds = seededPart([...Array(3000).keys()], 80)
    for (const round of rounds) {
      const random = createRandom(14 + round)
      const choose: Choose = (of) => Math.floor(random() * of)
      const [others = 0, own = 0] =
        [
          [0, 0],
          [3000, 0],
          [15_000, 15_000],
          [1000, 1000],
        ][choose(4)] ?? []
      let left = choose(3)
      const kills = () => {
        if (left === 0 || random() >= 0.03) return false
        left -= 1
        return true
      }
      const platforms = all.slice(0, 2 + choose(3))
      // At least one platform is required.
      const optional = random() < 0.5 ? platforms.slice(1 + choose(platforms.length)) : []
      const always = random() < 0.5
      const failing = platforms.filter(() => random() < 0.5)
      const fails = (platform: string, attempt: number) =>
        always ? failing.includes(platform) : (attempt + platforms.indexOf(platform)) % 2 === 0
      await play(choose, {
        platforms,
        lag: { others, own },
        deletes: random() < 0.7,
        ledger: random() < 0.5 ? 'registry' : 'memory',
        again: random() < 0.2,
        optional,
        fails,
        kills,
      })
    }
    console.info(`${rounds.length} random schedules`)
    expect(rounds.length).toBeGreaterThan(0)
  })

  it('of two jobs: all orders of what they do to the ledger and the tags', async () => {
    const world = { platforms: all.slice(0, 2), lag: { others: 0, own: 0 }, deletes: true, again: false } as const
    const played = await eachOrder(isWhole ? 5000 : 75, (choose) =>
      play(choose, { ...world, ledger: 'memory', kills: () => false }),
    )
    console.info(`${played} orders of two jobs`)
    expect(played).toBeGreaterThan(10)
  })
})
