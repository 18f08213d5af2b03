import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJob, type Job } from '../test/e2e/support/action.ts'
import { part } from '../test/e2e/support/rig.ts'
import type { Begun, MakeCases } from './case.ts'
import { type LatencyProxy, startLatencyProxy } from './latency-proxy.ts'
import type { Contest } from './pairs.ts'
import type { Peers } from './peers.ts'
import { type Build, otherDist, runBare, runOurs, runQuietly } from './sides.ts'

const roundTrip = 100
/** 400 Mbit/s. */
const bandwidth = 50_000_000
const layerCount = 20
const layerBytes = 100_000

const rounds = 7

type LatencyCase = {
  readonly name: string
  readonly engine: 'buildx' | 'embedded'
  readonly tags: number
  readonly isNew: boolean
}

const kinds: readonly LatencyCase[] = [false, true].flatMap((isNew) =>
  (['buildx', 'embedded'] as const).flatMap((engine) =>
    [1, 10].map((tags) => ({
      name: `${isNew ? 'new' : 'unchanged'} image, ${engine}, ${tags} ${tags === 1 ? 'tag' : 'tags'}`,
      engine,
      tags,
      isNew,
    })),
  ),
)

/** Pushing to a registry that is far away. */
export const latencyCases: MakeCases = (peers) =>
  kinds.map((kind) => ({
    group: 'latency',
    name: kind.name,
    needs: ['docker', 'registry'],
    begin: async () => {
      const proxy = await startLatencyProxy({ registry: part('registry').host, roundTrip, bandwidth })
      return await begin(proxy, kind, peers)
    },
  }))

/** 20 layers of one file each. */
function makeJob(): Job {
  const names = Array.from({ length: layerCount }, (_, at) => `layer-${at}`)
  const copies = names.map((name) => `COPY content/${name} /${name}\n`).join('')
  const job = createJob(
    { Dockerfile: `FROM scratch\n${copies}` },
    { DOCKER_HOST: part('docker').host, SOURCE_DATE_EPOCH: '0' },
  )
  refill(job)
  return job
}

function refill(job: Job): void {
  mkdirSync(join(job.workspace, 'content'), { recursive: true })
  for (let at = 0; at < layerCount; at++)
    writeFileSync(join(job.workspace, 'content', `layer-${at}`), randomBytes(layerBytes))
}

async function begin(
  proxy: LatencyProxy,
  { name, engine, tags, isNew }: LatencyCase,
  { crane, dist }: Peers,
): Promise<Begun> {
  const job = makeJob()
  const repository = `${proxy.host}/bench/latency-${randomBytes(4).toString('hex')}`
  const references = Array.from({ length: tags }, (_, at) => `${repository}:t${at}`)
  const build: Build = {
    job,
    reference: `${repository}:t0`,
    platforms: ['linux/amd64'],
    inputs: { engine, tags: references.join() },
  }
  const bare: Build = { ...build, references: references.map((one) => one.replace(':t', ':bare')) }
  const layout = join(job.temp, '..', 'layout')
  /** The image that crane pushes: it builds nothing. */
  const exportLayout = async () => {
    rmSync(layout, { recursive: true, force: true })
    const args = ['buildx', 'build', '--provenance=false', '--output', `type=oci,tar=false,dest=${layout}`, '.']
    await runQuietly('docker', args, { cwd: job.workspace, env: job.env })
  }
  const runCranePush = async (program: string) => {
    const [first = '', ...others] = references.map((one) => one.replace(':t', ':crane'))
    const options = { cwd: job.workspace, env: job.env }
    await runQuietly(program, ['push', layout, first], options)
    for (const one of others) await runQuietly(program, ['tag', first, one.slice(one.lastIndexOf(':') + 1)], options)
  }
  const sides: Pick<Contest, 'ours' | 'rivals'> = {
    ours: () => runOurs(build),
    rivals: [
      { name: '`docker buildx build --push`', run: () => runBare(bare) },
      ...(crane === undefined ? [] : [{ name: 'crane', run: () => runCranePush(crane) }]),
      ...otherDist({ dist }, (other) => runOurs({ ...build, dist: other })),
    ],
  }
  // The time that the distance adds is the difference to these.
  const near =
    isNew || tags > 1
      ? []
      : [
          { name: 'the step, without a delay', run: () => proxy.near(sides.ours) },
          ...(crane === undefined
            ? []
            : [{ name: 'crane, without a delay', run: () => proxy.near(() => runCranePush(crane)) }]),
        ]
  await exportLayout()
  const all = [{ name: 'the step', run: sides.ours }, ...sides.rivals]
  if (!isNew) for (const { run } of all) await run()
  // crane's image is exported outside of the measured time.
  const prepare = async () => {
    if (!isNew) return
    refill(job)
    await exportLayout()
  }
  return {
    contest: {
      name,
      rounds,
      ...sides,
      rivals: [...sides.rivals, ...near],
      prepare,
      requests: () => proxy.journal.length,
    },
    trace: async () => {
      for (const side of all) {
        await prepare()
        proxy.clear()
        const begun = performance.now()
        await side.run()
        const took = Math.round(performance.now() - begun)
        console.log(`\n${name}: ${side.name}, ${took} ms, ${proxy.journal.length} requests`)
        printTrace(proxy)
      }
    },
    end: async () => {
      job.remove()
      await proxy.close()
    },
  }
}

function printTrace({ journal }: LatencyProxy): void {
  for (const { begun, ended = Number.NaN, method, path, status, by } of journal) {
    const shown = path
      .replaceAll(/(sha256(?::|%3A))([0-9a-f]{8})[0-9a-f]+/g, '$1$2')
      .replaceAll(/_state=[^&]+/g, '_state')
    console.log(
      `${Math.round(begun).toString().padStart(6)} ${Math.round(ended).toString().padStart(6)} ${status} ${by} ${method} ${shown}`,
    )
  }
}
