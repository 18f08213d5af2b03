import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createJob, type Job } from '../test/e2e/support/action.ts'
import { part } from '../test/e2e/support/rig.ts'
import { type LatencyProxy, startLatencyProxy } from './latency-proxy.ts'
import { type Contest, type Outcome, runContest } from './pairs.ts'
import { type Build, runBare, runOurs, runQuietly } from './sides.ts'

// Pushing to a registry that is far away: `node bench/latency.ts [rounds] [words of a case] [--trace]`. With --trace, each case runs once
// and prints the requests of the step.

const roundTrip = 100
/** 400 Mbit/s. */
const bandwidth = 50_000_000
const layerCount = 20
const layerBytes = 100_000

const words = process.argv.slice(2)
const trace = words.includes('--trace')
const chosen = words.filter((word) => word !== '--trace' && !/^\d+$/.test(word))
const rounds = Number(words.find((word) => /^\d+$/.test(word)) ?? 5)

type LatencyCase = {
  readonly name: string
  readonly engine: 'buildx' | 'embedded'
  readonly tags: number
  readonly isNew: boolean
}

const cases: readonly LatencyCase[] = [false, true].flatMap((isNew) =>
  (['buildx', 'embedded'] as const).flatMap((engine) =>
    [1, 10].map((tags) => ({
      name: `${isNew ? 'new' : 'unchanged'} image, ${engine}, ${tags} ${tags === 1 ? 'tag' : 'tags'}`,
      engine,
      tags,
      isNew,
    })),
  ),
)

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

async function run(proxy: LatencyProxy, { name, engine, tags, isNew }: LatencyCase): Promise<readonly Outcome[]> {
  const job = makeJob()
  const crane = part('crane')
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
  const runCranePush = async () => {
    const [first = '', ...others] = references.map((one) => one.replace(':t', ':crane'))
    const options = { cwd: job.workspace, env: job.env }
    await runQuietly(crane, ['push', layout, first], options)
    for (const one of others) await runQuietly(crane, ['tag', first, one.slice(one.lastIndexOf(':') + 1)], options)
  }
  try {
    const sides: Pick<Contest, 'ours' | 'rivals'> = {
      ours: () => runOurs(build),
      rivals: [
        { name: '`docker buildx build --push`', run: () => runBare(bare) },
        { name: 'crane', run: runCranePush },
      ],
    }
    await exportLayout()
    if (!isNew) for (const one of [sides.ours, ...sides.rivals.map((rival) => rival.run)]) await one()
    // crane's image is exported outside of the measured time.
    const prepare = async () => {
      if (!isNew) return
      refill(job)
      await exportLayout()
    }
    if (trace) {
      for (const [who, one] of [
        ['the step', sides.ours] as const,
        ...sides.rivals.map((rival) => [rival.name, rival.run] as const),
      ]) {
        await prepare()
        proxy.clear()
        const begun = performance.now()
        await one()
        console.log(`\n${name}: ${who}, ${Math.round(performance.now() - begun)} ms, ${proxy.journal.length} requests`)
        printTrace(proxy)
      }
      return []
    }
    return await runContest({ name, rounds, ...sides, prepare })
  } finally {
    job.remove()
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
