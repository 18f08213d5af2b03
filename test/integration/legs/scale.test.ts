import { expect, it } from 'vitest'
import { createMemoryRegistry, createScheduler, type LegJob, nameOf, runLeg } from '../../support/leg-model.ts'
import { createRandom } from '../../support/random.ts'

const all = ['amd64', 'arm64', 'arm/v7', 'arm/v6', '386', 'ppc64le', 's390x', 'riscv64'].map((arch) => `linux/${arch}`)

type Size = { readonly images: number; readonly platforms: number; readonly runs: number }

/** Runs all jobs of all images and runs at once; returns how many requests the jobs made, by what they did. */
async function simulate({ images, platforms, runs }: Size) {
  const random = createRandom(images)
  const registry = createMemoryRegistry({ isTurn: (what) => /^(?:read|write) polyarch/.test(what) })
  const { run, steps } = createScheduler(
    (count) => Math.floor(random() * count),
    () => false,
  )
  const jobs = Array.from({ length: images }, (_, image) =>
    Array.from({ length: runs }, (_run, at) =>
      all.slice(0, platforms).map(
        (platform, seed): LegJob => ({
          ...{ image: `registry.example/acme/app-${image}`, tags: `run-${at}`, platforms: all.slice(0, platforms) },
          ...{ platform, runId: String(at), attempt: 1, seed },
        }),
      ),
    ),
  ).flat(2)
  const results = await run(jobs.map((job) => () => runLeg(job, registry, steps)))
  const failed = results.filter(({ status }) => status === 'rejected')
  expect(failed).toEqual([])
  const requests = { waiting: [] as number[], joining: [] as number[] }
  results.forEach((result, at) => {
    const [job] = jobs.slice(at)
    if (result.status !== 'fulfilled' || job === undefined) return
    const list = result.value.kind === 'published' ? requests.joining : requests.waiting
    list.push(registry.requests.get(nameOf(job)) ?? 0)
  })
  const tags = [...registry.tags.keys()].filter((tag) => !tag.includes('polyarch-leg-'))
  return { legs: jobs.length, tags: tags.length, left: registry.tags.size - tags.length, ...requests }
}

it('a job makes the same number of requests, however many images and runs share the registry', async () => {
  const one = await simulate({ images: 1, platforms: 8, runs: 1 })
  const isWhole = process.env['POLYARCH_MATRIX'] === 'all'
  const size = isWhole ? { images: 100, platforms: 8, runs: 10 } : { images: 4, platforms: 8, runs: 2 }
  const many = await simulate(size)
  const table = [one, many].map(({ waiting, joining, ...rest }) => ({
    ...rest,
    mostOfWaiting: Math.max(...waiting),
    mostOfJoining: Math.max(...joining),
  }))
  console.info(JSON.stringify(table))
  expect(many.legs).toBe(size.images * size.platforms * size.runs)
  expect(many.tags).toBe(size.images * size.runs)
  expect(many.left).toBe(0)
  // Looks for the other jobs' records: at most three with eight platforms, and the writing of the own record.
  const most = (numbers: readonly number[]) => Math.max(...numbers)
  expect(most(many.waiting)).toBeLessThanOrEqual(most(one.waiting) + 8)
  expect(most(many.joining)).toBeLessThanOrEqual(most(one.joining) + 24)
})
