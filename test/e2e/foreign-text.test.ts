import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { outputRows } from '../../src/report/output-rows.ts'
import { foreignCommands, hostile, hostileLine, mark } from '../support/hostile.ts'
import { startRegistry } from '../support/registry.ts'
import { foreignElements, render } from '../support/rendered.ts'
import { readAsRunner } from '../support/runner-commands.ts'
import { createJob, type Job, runStep, runStepHere, type StepResult } from './support/action.ts'
import { missing, part } from './support/rig.ts'

// Output of a Dockerfile and of an image is not a command to the runner, and all outputs are the step's own.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

function jobOf(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Job {
  const job = createJob(files, { DOCKER_HOST: 'unix:///nonexistent', ...env })
  jobs.push(job)
  return job
}

function expectHarmless({ log, outputs, summary, post }: StepResult): void {
  expect(foreignCommands(log + post.log)).toEqual([])
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(outputRows).sort())
  expect(foreignElements(render(summary))).toEqual([])
}

const script = `FROM BASE
COPY hostile /
RUN cat /hostile; cat /hostile >&2; : ${hostileLine}
RUN <<EOT
: ${hostileLine}
cat /hostile
EOT
`

describe.skipIf(missing('docker', 'base'))('the output of a RUN, and its name', () => {
  const base = () => script.replace('BASE', part('base'))
  it('is not a command, and not in the outputs, if the build fails after it', async () => {
    const job = jobOf(
      { Dockerfile: `${base()}RUN cat /hostile; exit 3\n`, hostile },
      { DOCKER_HOST: part('docker').host },
    )
    const step = await runStepHere(job, { tags: 'e2e/foreign:1' })
    expect(step.status).toBe(1)
    expect(step.log).toContain(mark)
    expectHarmless(step)
    expect(step.outputs).toMatchObject({
      'error-code': 'build-failed',
      digest: '',
      image: '',
      attempts: '1',
      pushed: 'false',
    })
    expect(readAsRunner(step.log).commands.filter(({ name }) => name === 'error')).not.toEqual([])
  })

  it('is not a command if the build succeeds, and neither is the output of the image', async () => {
    const dockerfile = `${base()}CMD cat /hostile; echo '${hostileLine}'; exit 7\n`
    const job = jobOf({ Dockerfile: dockerfile, hostile }, { DOCKER_HOST: part('docker').host })
    const step = await runStepHere(job, { tags: 'e2e/foreign:2', 'smoke-test': 'expect:\n  status: 0' })
    expect(step.outputs['error-code']).toBe('smoke-failed')
    expectHarmless(step)
  })
})

describe('the outputs', () => {
  it('are all written if an input is invalid', async () => {
    const step = await runStepHere(jobOf({}), { platforms: hostile.replaceAll('\0', '') })
    expect(step.status).toBe(1)
    expectHarmless(step)
    expect(step.outputs).toMatchObject({ 'error-code': 'input-invalid', attempts: '1', pushed: 'false', digest: '' })
  })

  it('are all written if the temporary directory cannot be created', async () => {
    const job = jobOf({ Dockerfile: 'FROM scratch\n' })
    const parent = join(job.workspace, 'Dockerfile', `${mark}\n::error file=${mark}::x`)
    const step = await runStepHere({ ...job, env: { ...job.env, RUNNER_TEMP: parent } }, {})
    expect(step.status).toBe(1)
    expectHarmless(step)
    expect(step.outputs['error-code']).toBe('internal')
    expect(step.log).not.toMatch(/^node:/m)
  })

  it('are all written if the run is cancelled', async () => {
    const registry = await startRegistry()
    registry.misbehave({ on: 'upload-start', do: 'hang', times: 100 })
    const job = jobOf({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' })
    const step = await runStep(
      job,
      { images: `${registry.host}/app`, tags: '1', push: 'true', engine: 'embedded' },
      { during: (pid) => setTimeout(() => process.kill(pid, 'SIGINT'), 1500) },
    )
    await registry.close()
    expect(step.status).toBe(1)
    expectHarmless(step)
    expect(step.outputs).toMatchObject({ 'error-code': 'cancelled', attempts: '1' })
  })

  it('are 1 for attempts and empty for error-code on success', async () => {
    const step = await runStepHere(jobOf({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }), {
      engine: 'embedded',
      outputs: 'out',
    })
    expect(step.status).toBe(0)
    expectHarmless(step)
    expect(step.outputs).toMatchObject({ 'error-code': '', attempts: '1', pushed: 'false', engine: 'embedded' })
  })
})

it('DOCKER_BUILD_SUMMARY=false disables the summary', async () => {
  const files = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }
  const inputs = { engine: 'embedded', outputs: 'out' }
  expect((await runStepHere(jobOf(files), inputs)).summary).toContain('### Built')
  expect((await runStepHere(jobOf(files, { DOCKER_BUILD_SUMMARY: 'false' }), inputs)).summary).toBe('')
})
