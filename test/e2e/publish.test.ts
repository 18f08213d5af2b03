import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStep } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const dockerfile = (base: string) => `FROM ${base}\nRUN uname -m > /machine\n`

describe.skipIf(missing('docker', 'registry', 'base', 'emulated'))('a step with the containerd image store', () => {
  it('publishes three platforms, each with the machine that it was built for', async () => {
    const job = createJob({ Dockerfile: dockerfile(part('base')) }, { DOCKER_HOST: part('docker').host })
    jobs.push(job)
    const name = `${part('registry').host}/e2e/three`
    const step = await runStep(job, {
      images: name,
      tags: '1.2.3, latest',
      platforms: 'amd64, arm64, arm32',
      push: 'true',
    })

    expect(step).toMatchObject({ status: 0, post: { status: 0 }, leftovers: [] })
    expect(step.outputs).toMatchObject({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      image: name,
      tags: `${name}:1.2.3\n${name}:latest`,
      refs: `${name}@${step.outputs['digest']}`,
      pushed: 'true',
      engine: 'buildx',
      version: '1.2.3',
    })
    for (const tag of ['1.2.3', 'latest']) {
      const pulled = await pull(name, tag)
      expect(pulled.digest).toBe(step.outputs['digest'])
      expect(pulled.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64', 'linux/arm/v7'])
      expect(await Promise.all(pulled.platforms.map((image) => image.readFile('machine')))).toEqual([
        'x86_64\n',
        'aarch64\n',
        'armv7l\n',
      ])
    }
  })
})
