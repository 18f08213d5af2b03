import { execFileSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStep } from './support/action.ts'
import { missing, part } from './support/rig.ts'

// The real nerdctl with its containerd and buildkitd, on a machine without Docker and Podman; the cases that every engine has are in every-engine.test.ts.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

/** A machine that has no other engine on PATH. */
function job(env: Readonly<Record<string, string>> = {}): Job {
  const { bin, configuration, buildkit } = part('nerdctl')
  const made = createJob(
    { Dockerfile: `FROM ${part('base')}\nRUN uname -m > /machine\n` },
    {
      PATH: [bin, '/usr/bin', '/bin'].join(delimiter),
      NERDCTL_TOML: configuration,
      BUILDKIT_HOST: buildkit,
      ...env,
    },
  )
  jobs.push(made)
  return made
}

const nerdctl = ({ env }: Job, ...args: readonly string[]): string =>
  execFileSync(join(part('nerdctl').bin, 'nerdctl'), args, { env: { ...env }, encoding: 'utf8' })

describe.skipIf(missing('nerdctl', 'base'))('nerdctl', () => {
  it('is selected without Docker and Podman, and loads the verified image under its names', async () => {
    const made = job()
    const name = `localhost/loaded-${process.pid}`
    const inputs = { images: name, tags: '1.0.0', platforms: 'amd64, arm64', push: 'false', load: 'true' }
    const step = await runStep(made, inputs)
    expect(step).toMatchObject({ status: 0, outputs: { engine: 'nerdctl' }, leftovers: [], post: { log: '' } })
    expect(step.log).toMatch(/Using engine nerdctl \(because .*: nerdctl 2\.\S+ at .*, BuildKit at unix:/)
    const listed = nerdctl(made, 'images', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}} {{.ID}} {{.Platform}}')
    const own = listed.split('\n').filter((line) => line.startsWith(name))
    expect(own.toSorted()).toEqual([
      `${name}:1.0.0 ${step.outputs['digest']} linux/amd64`,
      `${name}:1.0.0 ${step.outputs['digest']} linux/arm64`,
    ])
    nerdctl(made, 'rmi', '--force', `${name}:1.0.0`)
  })

  it('fails before the build if buildkitd does not respond, with how to start it', async () => {
    const step = await runStep(job({ BUILDKIT_HOST: 'unix:///nonexistent/buildkitd.sock' }), {
      ...{ engine: 'nerdctl', tags: 'localhost/x:1', push: 'false' },
    })
    expect(step).toMatchObject({ status: 75, outputs: { 'error-code': 'daemon-unreachable' }, leftovers: [] })
    expect(step.log).toContain('no buildkitd responds at unix:///nonexistent/buildkitd.sock')
    expect(step.log).toContain('systemctl start containerd buildkit')
  })
})
