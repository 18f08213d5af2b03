import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { missing, part } from './support/rig.ts'

// How the step finds the engine of a machine, and its error if no engine is available.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

function job(dockerfile: string, env: Readonly<Record<string, string>> = {}): Job {
  const made = createJob({ Dockerfile: dockerfile }, { DOCKER_HOST: '', ...env })
  jobs.push(made)
  return made
}

/** A real daemon on the socket of one of Colima's profiles. */
function addColima({ home }: Job, profile: string): string {
  const folder = join(home, '.colima', profile)
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'docker.sock')
  symlinkSync(part('docker').host.slice('unix://'.length), path)
  return path
}

describe.skipIf(missing('docker', 'plugins', 'base'))("Colima's socket", () => {
  it.each([
    { engine: 'Colima', profile: 'default', env: {} },
    { engine: '', profile: 'arm', env: { POLYARCH_ENGINE: 'COLIMA' } },
    { engine: 'colima', profile: 'arm', env: { COLIMA_PROFILE: 'arm' } },
  ])('is used by engine "$engine" with the profile $profile and $env', async ({ engine, profile, env }) => {
    const made = job(`FROM ${part('base')}\nRUN echo hi\n`, env)
    const socket = addColima(made, profile)
    const step = await runStepHere(made, { platforms: 'amd64', engine, load: 'false' })
    expect({ status: step.status, log: step.log }).toMatchObject({ status: 0 })
    expect(step.log).toContain(`from Colima's socket at unix://${socket}`)
    expect(step.outputs['engine']).toBe('buildx')
    expect(step.post.log).toBe('')
  })
})

it('an unknown engine is an error that names the engines', async () => {
  const step = await runStepHere(job('FROM scratch\n'), { engine: 'dokcer' })
  expect(step.status).toBe(1)
  expect(step.log).toContain('engine: expected one of auto, buildx, ')
  expect(step.log).toContain('found "dokcer"')
})

it('the variable POLYARCH_ENGINE is checked like the input, and the input has precedence', async () => {
  const wrong = await runStepHere(job('FROM scratch\nCOPY Dockerfile /\n', { POLYARCH_ENGINE: 'dokcer' }), {})
  expect(wrong.log).toContain('found "dokcer"')
  const right = await runStepHere(job('FROM scratch\nCOPY Dockerfile /\n', { POLYARCH_ENGINE: 'dokcer' }), {
    engine: 'embedded',
    outputs: 'type=oci,dest=image.tar',
  })
  expect({ status: right.status, log: right.log }).toMatchObject({ status: 0 })
})

it.skipIf(missing('plugins'))(
  'Colima that is named and not started is an error that says how to start it',
  async () => {
    const step = await runStepHere(job('FROM scratch\nCOPY Dockerfile /\n'), { engine: 'colima' })
    expect(step.status).not.toBe(0)
    expect(step.log).toContain('.colima/default/docker.sock')
    expect(step.log).toContain('colima start')
  },
)
