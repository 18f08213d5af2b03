import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJob, type Job } from '../test/e2e/support/action.ts'
import { part } from '../test/e2e/support/rig.ts'
import type { Begun, MakeCases } from './case.ts'
import { startLatencyProxy } from './latency-proxy.ts'
import type { Peers } from './peers.ts'
import { type Build, otherDist, runBare, runOurs } from './sides.ts'

const roundTrip = 100
/** 160 Mbit/s. */
const bandwidth = 20_000_000
const megabyte = 1024 * 1024

type PipelineCase = {
  readonly name: string
  readonly engine: 'buildx' | 'embedded'
  /** Megabytes of each layer, half of which compress. */
  readonly layers: readonly number[]
}

const kinds: readonly PipelineCase[] = (['embedded', 'buildx'] as const).flatMap((engine) => [
  { name: `one layer of 100 MB, ${engine}`, engine, layers: [100] },
  { name: `ten layers of 10 MB, ${engine}`, engine, layers: Array<number>(10).fill(10) },
])

/** Pushing new large layers over a slow line. */
export const pipelineCases: MakeCases = (peers) =>
  kinds.map((kind) => ({
    group: 'pipeline',
    name: kind.name,
    needs: ['docker', 'registry'],
    isLong: true,
    begin: () => begin(kind, peers),
  }))

async function begin({ name, engine, layers }: PipelineCase, peers: Peers): Promise<Begun> {
  const proxy = await startLatencyProxy({ registry: part('registry').host, roundTrip, bandwidth })
  const copies = layers.map((_, at) => `COPY layer-${at} /layer-${at}\n`).join('')
  const job = createJob({ Dockerfile: `FROM scratch\n${copies}` }, { DOCKER_HOST: part('docker').host })
  const reference = `${proxy.host}/bench/pipeline-${randomBytes(4).toString('hex')}:1`
  const build: Build = { job, reference, platforms: ['linux/amd64'], inputs: { engine } }
  return {
    contest: {
      name,
      rounds: 3,
      prepare: () => refill(job, layers),
      ours: () => runOurs(build),
      rivals: [
        { name: '`docker buildx build --push`', run: () => runBare(build) },
        ...otherDist(peers, (dist) => runOurs({ ...build, dist })),
      ],
    },
    end: async () => {
      rmSync(job.workspace, { recursive: true })
      job.remove()
      await proxy.close()
    },
  }
}

function refill(job: Job, layers: readonly number[]): void {
  for (const [at, size] of layers.entries()) {
    const half = Buffer.from(randomBytes((size * megabyte) / 4).toString('hex'))
    writeFileSync(join(job.workspace, `layer-${at}`), Buffer.concat([half, randomBytes((size * megabyte) / 2)]))
  }
}
