import { randomBytes } from 'node:crypto'
import { appendFileSync, closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createJob, type Job } from '../test/e2e/support/action.ts'
import { part } from '../test/e2e/support/rig.ts'
import { type Case, type MakeCases, slug } from './case.ts'
import type { Contest } from './pairs.ts'
import type { Peers } from './peers.ts'
import { type Build, measureMemory, otherDist, removeImage, runBare, runOurs } from './sides.ts'
import { traceStep } from './trace.ts'

const three = ['linux/amd64', 'linux/arm64', 'linux/arm/v7']
const two = ['linux/amd64', 'linux/arm64']
const megabytes = 500

/** The engine buildx with Docker's two image stores. */
export const stepCases: MakeCases = (peers) => {
  const stepCase = (name: string, options: StepCase) => caseOf(name, options, peers)
  return [
    stepCase('small, three platforms, cached', { rounds: 7, make: smallJob, platforms: three }),
    stepCase('small, three platforms, a file changed', { rounds: 5, make: smallJob, platforms: three, change: touch }),
    stepCase(`${megabytes} MB layer, two platforms, cached`, {
      rounds: 3,
      make: largeJob,
      platforms: two,
      isLong: true,
    }),
    stepCase(`${megabytes} MB layer, two platforms, changed`, {
      rounds: 1,
      make: largeJob,
      platforms: two,
      change: refill,
      isLong: true,
    }),
    classicCase('small, three platforms, cached', { rounds: 3 }),
    classicCase('small, three platforms, a file changed', { rounds: 3, change: touch }),
  ]
}

type StepCase = {
  readonly rounds: number
  readonly make: (env: Readonly<Record<string, string>>) => Job
  readonly platforms: readonly string[]
  readonly change?: (job: Job) => void
  readonly isLong?: boolean
}

/** The step against `docker buildx build`, on the containerd image store, with a registry that requires a login. */
function caseOf(name: string, { rounds, make, platforms, change, isLong = false }: StepCase, peers: Peers): Case {
  return {
    group: 'step',
    name,
    needs: ['docker', 'basic', 'base', 'emulated'],
    isLong,
    begin: async () => {
      const account = part('basic')
      const job = make({ DOCKER_HOST: part('docker').host })
      const repository = `${account.host}/bench/${slug(name)}`
      const build: Build = { job, reference: `${repository}:1`, platforms, account }
      // Its own tag: the command writes other media types, so that a cached step would find a new image each time.
      const bare: Build = { ...build, reference: `${repository}:bare` }
      const others = otherDist(peers, (dist) => runOurs({ ...build, reference: `${repository}:other`, dist }))
      const rivals = [{ name: '`docker buildx build`', run: () => runBare(bare) }, ...others]
      const peak = await measureMemory(build)
      for (const { run } of rivals) await run()
      const contest: Contest = {
        name,
        rounds,
        ours: () => runOurs(build),
        rivals,
        ...(change ? { prepare: () => change(job) } : {}),
      }
      return { contest, peak, trace: () => traceStep(build), end: () => removeImage(bare).finally(job.remove) }
    },
  }
}

/** Two methods on the classic image store: joining platforms in the step, and a BuildKit container created for the step. */
function classicCase(name: string, { rounds, change }: Pick<StepCase, 'rounds' | 'change'>): Case {
  return {
    group: 'classic',
    name,
    needs: ['classic', 'registry', 'base', 'emulated', 'builderImage'],
    begin: async () => {
      const { host } = part('registry')
      const job = smallJob({ DOCKER_HOST: part('classic').host })
      const build: Build = { job, reference: `${host}/bench/classic-${slug(name)}:1`, platforms: three }
      const container = {
        driver: 'docker-container',
        'driver-opts': `image=${part('builderImage')}\nnetwork=host`,
        'buildkitd-config-inline': `[registry."${host}"]\n  http = true\n`,
      }
      await runOurs(build)
      await runOurs(build, container)
      const contest: Contest = {
        name,
        rounds,
        ours: () => runOurs(build),
        rivals: [{ name: 'docker-container builder', run: () => runOurs(build, container) }],
        ...(change ? { prepare: () => change(job) } : {}),
      }
      return { contest, end: async () => job.remove() }
    },
  }
}

function smallJob(env: Readonly<Record<string, string>>): Job {
  const dockerfile = `FROM ${part('base')}\nRUN uname -m > /machine\nCOPY changed /changed\nRUN cat /machine /changed > /both\n`
  const job = createJob({ Dockerfile: dockerfile }, env)
  touch(job)
  return job
}

function touch(job: Job): void {
  writeFileSync(join(job.workspace, 'changed'), randomBytes(16).toString('hex'))
}

function largeJob(env: Readonly<Record<string, string>>): Job {
  const job = createJob({ Dockerfile: `FROM ${part('base')}\nCOPY data /data\n` }, env)
  const file = openSync(join(job.workspace, 'data'), 'w')
  for (let megabyte = 0; megabyte < megabytes; megabyte++) writeSync(file, randomBytes(1024 * 1024))
  closeSync(file)
  return job
}

/** One more byte creates a new layer of the complete file. */
function refill(job: Job): void {
  appendFileSync(join(job.workspace, 'data'), randomBytes(1))
}
