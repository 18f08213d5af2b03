import { createJob } from '../test/e2e/support/action.ts'
import { startBuildkitd } from '../test/e2e/support/buildkitd.ts'
import { part } from '../test/e2e/support/rig.ts'
import type { Case } from './case.ts'
import { runOurs } from './sides.ts'

/** About 12 s of one processor for each platform, and different in each run. */
const work = 'i=0; while [ $i -lt 12000000 ]; do i=$((i+1)); done'

/** Two platforms on two nodes, each held to one processor, against both on one of them. */
export function nodeCases(): readonly Case[] {
  const name = 'two platforms, each with 12 s of work, on two nodes'
  return [{ group: 'nodes', name, needs: ['buildkitd', 'buildctl', 'registry', 'base'], isLong: true, begin }]

  async function begin() {
    const [first, second] = await Promise.all([startBuildkitd({ processor: 0 }), startBuildkitd({ processor: 1 })])
    const Dockerfile = `FROM ${part('base')}\nARG TARGETVARIANT\nARG RUN\nRUN : $TARGETVARIANT $RUN; ${work}\n`
    const job = createJob({ Dockerfile }, { DOCKER_HOST: 'unix:///nonexistent.sock' })
    let run = 0
    const build = async (nodes: Readonly<Record<string, string>>) => {
      run++
      const reference = `${part('registry').host}/bench/nodes:1`
      // Both platforms are native, so that no emulator is measured.
      const platforms = ['linux/amd64', 'linux/amd64/v2']
      const inputs = { driver: 'remote', endpoint: first.endpoint, 'build-args': `RUN=${Date.now()}-${run}`, ...nodes }
      await runOurs({ job, reference, platforms, inputs })
    }
    const append = `- endpoint: ${second.endpoint}\n  platforms: amd64/v2`
    return {
      contest: {
        name,
        ours: () => build({ 'node-platforms': 'amd64', append }),
        rivals: [{ name: 'the step with one node', run: () => build({}) }],
        rounds: 3,
      },
      end: async () => {
        job.remove()
        await Promise.all([first.remove(), second.remove()])
      },
    }
  }
}
