import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createJob, type Job } from '../test/e2e/support/action.ts'
import { part } from '../test/e2e/support/rig.ts'
import { type LatencyProxy, startLatencyProxy } from './latency-proxy.ts'
import { type Outcome, runContest } from './pairs.ts'
import { type Build, runBare, runOurs } from './sides.ts'

// Pushing new large layers over a slow line: `node bench/pipeline.ts [rounds] [directory of another dist] [words of a case]`. With another dist, such
// as that of an earlier commit, the two take turns.

const roundTrip = 100
/** 160 Mbit/s. */
const bandwidth = 20_000_000
const megabyte = 1024 * 1024

const words = process.argv.slice(2)
const rounds = Number(words.find((word) => /^\d+$/.test(word)) ?? 3)
const other = words.find((word) => word.includes('/'))
const chosen = words.filter((word) => word !== other && !/^\d+$/.test(word))

type PipelineCase = {
  readonly name: string
  readonly engine: 'buildx' | 'embedded'
  /** Megabytes of each layer, half of which compress. */
  readonly layers: readonly number[]
}

const cases: readonly PipelineCase[] = [
  { name: 'one layer of 100 MB, embedded', engine: 'embedded', layers: [100] },
  { name: 'ten layers of 10 MB, embedded', engine: 'embedded', layers: Array<number>(10).fill(10) },
  { name: 'one layer of 100 MB, buildx', engine: 'buildx', layers: [100] },
  { name: 'ten layers of 10 MB, buildx', engine: 'buildx', layers: Array<number>(10).fill(10) },
]

function refill(job: Job, layers: readonly number[]): void {
  for (const [at, size] of layers.entries()) {
    const half = Buffer.from(randomBytes((size * megabyte) / 4).toString('hex'))
    writeFileSync(join(job.workspace, `layer-${at}`), Buffer.concat([half, randomBytes((size * megabyte) / 2)]))
  }
}

async function run(proxy: LatencyProxy, { name, engine, layers }: PipelineCase): Promise<readonly Outcome[]> {
  const copies = layers.map((_, at) => `COPY layer-${at} /layer-${at}\n`).join('')
  const job = createJob({ Dockerfile: `FROM scratch\n${copies}` }, { DOCKER_HOST: part('docker').host })
  const reference = `${proxy.host}/bench/pipeline-${randomBytes(4).toString('hex')}:1`
  const build: Build = { job, reference, platforms: ['linux/amd64'], inputs: { engine } }
  try {
    return await runContest({
      name,
      rounds,
      prepare: () => refill(job, layers),
      ours: () => runOurs(build),
      rivals: [
        other === undefined
          ? { name: '`docker buildx build --push`', run: () => runBare(build) }
          : { name: 'the other dist', run: () => runOurs({ ...build, dist: other }) },
      ],
    })
  } finally {
    rmSync(job.workspace, { recursive: true })
    job.remove()
  }
}

const proxy = await startLatencyProxy({ registry: part('registry').host, roundTrip, bandwidth })
const outcomes: Outcome[] = []
try {
  for (const one of cases.filter(({ name }) => chosen.every((word) => name.includes(word))))
    outcomes.push(...(await run(proxy, one)))
} finally {
  await proxy.close()
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`
console.log(
  `\n${roundTrip} ms, ${bandwidth / 1e6} MB/s, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}\n`,
)
console.log('| push | rounds | the step | against | ratio: min / median / max |')
console.log('| --- | --- | --- | --- | --- |')
for (const { name, rival, rounds: count, ours, theirs, ratio } of outcomes) {
  const ratios = [ratio.min, ratio.median, ratio.max].map((value) => value.toFixed(2)).join(' / ')
  console.log(`| ${name} | ${count} | ${seconds(ours)} | ${rival}: ${seconds(theirs)} | ${ratios} |`)
}
