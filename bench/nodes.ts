import { createJob } from '../test/e2e/support/action.ts'
import { startBuildkitd } from '../test/e2e/support/buildkitd.ts'
import { part } from '../test/e2e/support/rig.ts'
import { runContest } from './pairs.ts'
import { runOurs } from './sides.ts'

// Two platforms on two nodes, each held to one processor, against both on one of them: `node --import ./scripts/typescript.mjs bench/nodes.ts [rounds]`.

const rounds = Number(process.argv[2] ?? 3)
/** About 12 s of one processor for each platform, and different in each run. */
const work = 'i=0; while [ $i -lt 12000000 ]; do i=$((i+1)); done'

const [first, second] = await Promise.all([startBuildkitd({ processor: 0 }), startBuildkitd({ processor: 1 })])
const Dockerfile = `FROM ${part('base')}\nARG TARGETVARIANT\nARG RUN\nRUN : $TARGETVARIANT $RUN; ${work}\n`
const job = createJob({ Dockerfile }, { DOCKER_HOST: 'unix:///nonexistent.sock' })
let run = 0

async function build(nodes: Readonly<Record<string, string>>): Promise<void> {
  run++
  const reference = `${part('registry').host}/bench/nodes:1`
  // Both platforms are native, so that no emulator is measured.
  const platforms = ['linux/amd64', 'linux/amd64/v2']
  const inputs = { driver: 'remote', endpoint: first.endpoint, 'build-args': `RUN=${Date.now()}-${run}`, ...nodes }
  await runOurs({ job, reference, platforms, inputs })
}

try {
  const [outcome] = await runContest({
    name: 'two platforms, each with 12 s of work',
    ours: () => build({ 'node-platforms': 'amd64', append: `- endpoint: ${second.endpoint}\n  platforms: amd64/v2` }),
    rivals: [{ name: 'one node', run: () => build({}) }],
    rounds,
  })
  if (outcome === undefined) throw new Error('nothing was measured')
  const { ours, theirs, ratio } = outcome
  const shown = [ratio.min, ratio.median, ratio.max].map((one) => one.toFixed(2)).join(' / ')
  console.log(`two nodes ${(ours / 1000).toFixed(2)} s, one node ${(theirs / 1000).toFixed(2)} s, ratio ${shown}`)
} finally {
  job.remove()
  await Promise.all([first.remove(), second.remove()])
}
