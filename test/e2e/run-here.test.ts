import { existsSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../src/oci/digest.ts'
import { createJob, type Job, runStep, runStepHere } from './support/action.ts'

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

type Row = {
  readonly name: string
  readonly dockerfile: string
  readonly inputs: Readonly<Record<string, string>>
  readonly status: number
  readonly says: string
}

const outputs = 'type=oci,dest=out.tar'
const rows: readonly Row[] = [
  {
    name: 'a success',
    dockerfile: 'FROM scratch\nCOPY Dockerfile /a\n',
    inputs: { engine: 'embedded', outputs },
    status: 0,
    says: 'Digest: sha256:',
  },
  {
    name: 'a failure',
    dockerfile: 'FROM scratch\nCOPY missing /a\n',
    inputs: { engine: 'embedded', outputs },
    status: 1,
    says: 'Dockerfile:2',
  },
  {
    name: 'an invalid input',
    dockerfile: 'FROM scratch\n',
    inputs: { platforms: 'linux/amd46', outputs },
    status: 1,
    says: 'linux/amd46',
  },
]

describe('runStepHere()', () => {
  it.each(rows)('gives what a process gives: $name', async ({ dockerfile, inputs, status, says }) => {
    const steps = []
    for (const run of [runStep, runStepHere, runStepHere]) {
      const job = createJob({ Dockerfile: dockerfile }, { SOURCE_DATE_EPOCH: '1700000000' })
      jobs.push(job)
      utimesSync(join(job.workspace, 'Dockerfile'), 0, 0)
      const before = { cwd: process.cwd(), env: { ...process.env }, status: process.exitCode }
      const step = await run(job, inputs)
      expect({ cwd: process.cwd(), env: { ...process.env }, status: process.exitCode }).toEqual(before)
      const file = join(job.workspace, 'out.tar')
      // A build of a second or more has a timeline.
      const summary = step.summary.replace(/<details open><summary>Timeline.*?<\/details>\n\n/s, '')
      const written = existsSync(file) ? digestOf(readFileSync(file)) : undefined
      const text = JSON.stringify({ ...step, summary, written })
      // Two jobs differ in their directories and in durations.
      const same = text
        .replaceAll(join(job.temp, '..'), 'JOB')
        .replaceAll(/polyarch-\w{6}\b/g, 'STEP')
        .replaceAll(/\d+(?:\.\d+)?\s(?:ms|s)\b/g, 'TIME')
      steps.push(JSON.parse(same))
    }
    expect(steps[0]).toMatchObject({ status, log: expect.stringContaining(says) })
    expect(steps.slice(1)).toEqual([steps[0], steps[0]])
  })
})
