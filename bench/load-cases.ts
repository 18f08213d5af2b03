import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createJob, type Job } from '../test/e2e/support/action.ts'
import { startFaultProxy } from '../test/e2e/support/fault-proxy.ts'
import { part } from '../test/e2e/support/rig.ts'
import type { Begun, Case } from './case.ts'
import { type Build, measureMemory, runBare, runOurs } from './sides.ts'

const platforms = [
  ...['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6'],
  ...['linux/386', 'linux/ppc64le', 'linux/s390x', 'linux/riscv64'],
]
const rounds = 3

/** What grows, and the references and platforms of so many items. */
type Series = {
  readonly name: string
  /** The name of one item. */
  readonly single: string
  readonly sizes: readonly number[]
  readonly referencesOf: (repository: string, items: number) => readonly string[]
  readonly platformsOf: (items: number) => readonly string[]
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at)
const native = () => ['linux/amd64']

const all: readonly Series[] = [
  {
    name: 'tags',
    single: 'tag',
    sizes: [1, 10, 100],
    referencesOf: (repository, items) => upTo(items).map((at) => `${repository}:1.${at}.0`),
    platformsOf: native,
  },
  {
    name: 'repositories',
    single: 'repository',
    sizes: [1, 10, 100],
    referencesOf: (repository, items) => upTo(items).map((at) => `${repository}/${at}:1`),
    platformsOf: native,
  },
  {
    name: 'platforms',
    single: 'platform',
    sizes: [1, 2, 4, 8],
    referencesOf: (repository) => [`${repository}:1`],
    platformsOf: (items) => platforms.slice(0, items),
  },
  {
    // As a metadata rule gives them: three tags for each name.
    name: 'image names',
    single: 'image name',
    sizes: [1, 10, 40],
    referencesOf: (repository, items) =>
      upTo(items).flatMap((at) => ['1.2.3', '1.2', 'latest'].map((tag) => `${repository}/${at}:${tag}`)),
    platformsOf: native,
  },
]

/** New images with many tags, repositories, platforms and names, with both engines, through a proxy that counts the requests. */
export function loadCases(): readonly Case[] {
  return all.flatMap((series) =>
    (['embedded', 'buildx'] as const).flatMap((engine) =>
      series.sizes.map((items) => ({
        group: 'load' as const,
        name: nameOf(series, engine, items),
        needs: ['docker', 'registry'] as const,
        // Their largest sizes take a minute each.
        isLong: items >= 40,
        load: { series: `${series.name}, ${engine}`, items },
        begin: () => begin(series, engine, items),
      })),
    ),
  )
}

function nameOf({ name, single }: Series, engine: string, items: number): string {
  return `${items} ${items === 1 ? single : name}, ${engine}`
}

async function begin(series: Series, engine: string, items: number): Promise<Begun> {
  const { referencesOf, platformsOf } = series
  const proxy = await startFaultProxy({ registry: part('registry').host })
  const dockerfile = 'FROM scratch\nARG TARGETPLATFORM\nCOPY files/common files/$TARGETPLATFORM /\n'
  const job = createJob({ Dockerfile: dockerfile }, { DOCKER_HOST: part('docker').host, SOURCE_DATE_EPOCH: '0' })
  const repository = `${proxy.host}/bench/load-${randomBytes(4).toString('hex')}`
  let run = 0
  // Each run has repositories of its own: an existing image takes fewer requests.
  const buildOf = (): Build => {
    const references = referencesOf(`${repository}/${run}`, items)
    const [reference = ''] = references
    return {
      ...{ job, reference, references, platforms: platformsOf(items) },
      inputs: { engine, tags: references.join('\n') },
    }
  }
  const prepare = () => {
    run++
    refill(job)
  }
  prepare()
  const peak = await measureMemory(buildOf())
  return {
    contest: {
      name: nameOf(series, engine, items),
      rounds,
      prepare,
      ours: () => runOurs(buildOf()),
      rivals: [{ name: '`docker buildx build --push`', run: () => runBare(buildOf()) }],
      requests: () => proxy.journal.length,
    },
    peak,
    end: async () => {
      job.remove()
      await proxy.close()
    },
  }
}

/** New content for all platforms, so that every size has the same context. */
function refill(job: Job): void {
  const files = ['common', ...platforms.map((platform) => `${platform}/machine`)]
  for (const file of files) {
    const path = join(job.workspace, 'files', file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${file} ${randomBytes(16).toString('hex')}\n`)
  }
}
