import { afterEach, describe, expect, it } from 'vitest'
import { growing } from '../../bench/table.ts'
import { createJob, runStepHere } from './support/action.ts'
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// What bench/load-cases.ts measures, in smaller sizes: `POLYARCH_MATRIX=all` takes the large ones.

const proxies: FaultProxy[] = []
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close()
})

const isFull = process.env['POLYARCH_MATRIX'] === 'all'
const sizes = isFull ? [1, 10, 100] : [1, 3, 12]
const platforms = [
  ...['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6'],
  ...['linux/386', 'linux/ppc64le', 'linux/s390x', 'linux/riscv64'],
]
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)

const series = [
  {
    name: 'tags',
    sizes,
    inputsOf: (name: string, items: number) => ({
      images: name,
      tags: upTo(items)
        .map((at) => `1.${at}.0`)
        .join(),
    }),
  },
  {
    name: 'repositories',
    sizes,
    inputsOf: (name: string, items: number) => ({
      images: upTo(items)
        .map((at) => `${name}/${at}`)
        .join(),
      tags: '1',
    }),
  },
  {
    name: 'platforms',
    sizes: [1, 2, 4, 8],
    inputsOf: (name: string, items: number) => ({ tags: `${name}:1`, platforms: platforms.slice(0, items).join() }),
  },
  {
    name: 'image names with rules',
    sizes: isFull ? [1, 10, 40] : [1, 3, 9],
    inputsOf: (name: string, items: number) => ({
      images: upTo(items)
        .map((at) => `${name}/${at}`)
        .join(),
      tags: 'type=sha\ntype=ref,event=branch\nlatest',
    }),
  },
]

/** Publishes a new image; returns the requests of the step, and the names of the last repository and tag. */
async function requestsOf(engine: string, inputsOf: (name: string) => Readonly<Record<string, string>>) {
  const proxy = await startFaultProxy({ registry: part('registry').host })
  proxies.push(proxy)
  const run = Math.random().toString(36).slice(2)
  const files = Object.fromEntries(platforms.map((platform) => [`files/${platform}/machine`, `${platform} ${run}`]))
  const Dockerfile = 'FROM scratch\nARG TARGETPLATFORM\nCOPY common files/$TARGETPLATFORM /\n'
  const job = createJob({ ...files, Dockerfile, common: run }, { DOCKER_HOST: part('docker').host })
  const inputs = inputsOf(`${proxy.host}/e2e/load-${run}`)
  try {
    const step = await runStepHere(job, { engine, push: 'true', platforms: 'linux/amd64', ...inputs })
    expect(step, step.log).toMatchObject({ status: 0, post: { status: 0 } })
    return { journal: proxy.journal.filter(({ by }) => by === 'step'), outputs: step.outputs }
  } finally {
    job.remove()
  }
}

describe.skipIf(missing('docker', 'registry'))('the requests of a step that publishes a new image', () => {
  const cases = ['embedded', 'buildx'].flatMap((engine) => series.map((one) => ({ ...one, engine })))
  it.each(cases)(
    'grow at most linearly with the number of $name, engine $engine',
    async ({ engine, sizes, inputsOf }) => {
      const points: { readonly items: number; readonly cost: number }[] = []
      for (const items of sizes) {
        const { journal, outputs } = await requestsOf(engine, (name) => inputsOf(name, items))
        points.push({ items, cost: journal.length })
        // No request fails but those for content that does not exist.
        expect(journal.filter(({ status = 0 }) => status >= 400 && status !== 404)).toEqual([])
        // Each tag is read while the engine builds, and again before it is written.
        const tags = outputs['tags']?.split('\n').length ?? 0
        expect(journal.filter(({ kind }) => kind === 'manifest-get').length).toBeLessThanOrEqual(2 * tags + 4)
        const [repository = '', tag = ''] = (outputs['tags']?.split('\n').at(-1) ?? '').split(/:(?=[^:]*$)/)
        expect((await pull(repository, tag)).digest).toBe(outputs['digest'])
      }
      expect(growing(points), JSON.stringify(points)).toBe(false)
    },
  )
})
