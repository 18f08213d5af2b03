import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createJob } from '../test/e2e/support/action.ts'
import { startBuildkitd } from '../test/e2e/support/buildkitd.ts'
import { part } from '../test/e2e/support/rig.ts'
import type { Case } from './case.ts'
import { runOurs } from './sides.ts'

/** About 12 s of one processor for each platform, and different in each run. */
const work = 'i=0; while [ $i -lt 12000000 ]; do i=$((i+1)); done'

/**
 * The weight of the cgroup in which runc puts the steps of all buildkitd, and its highest value: of cgroup v1 and v2. The scheduler divides
 * the weight by the processors that the steps use. On a machine with other work, two nodes would thus have half the share of one on each processor.
 */
const weights = [
  { file: '/sys/fs/cgroup/cpu/buildkit/cpu.shares', highest: '262144' },
  { file: '/sys/fs/cgroup/buildkit/cpu.weight', highest: '10000' },
] as const

/** Two platforms on two nodes, each held to one processor, against both on one of them. */
export function nodeCases(): readonly Case[] {
  const name = 'two platforms, each with 12 s of work, on two nodes'
  return [{ group: 'nodes', name, needs: ['buildkitd', 'buildctl', 'registry', 'base'], isLong: true, begin }]

  async function begin() {
    const [first, second] = await Promise.all([startBuildkitd({ processor: 0 }), startBuildkitd({ processor: 1 })])
    const Dockerfile = `FROM ${part('base')}\nARG TARGETVARIANT\nARG RUN\nRUN : $TARGETVARIANT $RUN; ${work}\n`
    const job = createJob({ Dockerfile }, { DOCKER_HOST: 'unix:///nonexistent.sock' })
    let run = 0
    const before = new Map<string, string>()
    // The group exists after the first build.
    const raiseWeight = (): void => {
      for (const { file, highest } of weights) {
        if (before.has(file) || !existsSync(file)) continue
        before.set(file, readFileSync(file, 'utf8'))
        writeFileSync(file, highest)
      }
    }
    const build = async (nodes: Readonly<Record<string, string>>) => {
      run++
      const reference = `${part('registry').host}/bench/nodes:1`
      // Both platforms are native, so that no emulator is measured.
      const platforms = ['linux/amd64', 'linux/amd64/v2']
      const inputs = { driver: 'remote', endpoint: first.endpoint, 'build-args': `RUN=${Date.now()}-${run}`, ...nodes }
      await runOurs({ job, reference, platforms, inputs })
    }
    const quick = createJob(
      { Dockerfile: `FROM ${part('base')}\nRUN :\n` },
      { DOCKER_HOST: 'unix:///nonexistent.sock' },
    )
    for (const { endpoint } of [first, second]) {
      const reference = `${part('registry').host}/bench/nodes:0`
      await runOurs({ job: quick, reference, platforms: ['linux/amd64'], inputs: { driver: 'remote', endpoint } })
    }
    quick.remove()
    const append = `- endpoint: ${second.endpoint}\n  platforms: amd64/v2`
    return {
      contest: {
        name,
        prepare: raiseWeight,
        ours: () => build({ 'node-platforms': 'amd64', append }),
        rivals: [{ name: 'the step with one node', run: () => build({}) }],
        rounds: 3,
      },
      end: async () => {
        job.remove()
        for (const [file, weight] of before) if (existsSync(file)) writeFileSync(file, weight)
        await Promise.all([first.remove(), second.remove()])
      },
    }
  }
}
