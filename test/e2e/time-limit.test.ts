import { afterEach, expect, it } from 'vitest'
import { tarOf } from '../support/built-image.ts'
import type { RequestKind } from '../support/fault.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { seededPart } from '../support/seeded-part.ts'
import { createJob, type Job, runStep, runStepHere } from './support/action.ts'
import { pushBase } from './support/push-base.ts'

// Registries that accept every connection and never answer: `timeout` and cancellation end each wait of the step.

const jobs: Job[] = []
const registries: TestRegistry[] = []
afterEach(async () => {
  for (const job of jobs.splice(0)) job.remove()
  for (const registry of registries.splice(0)) await registry.close()
})

async function registry(): Promise<TestRegistry> {
  const started = await startRegistry()
  registries.push(started)
  return started
}

function job(files: Readonly<Record<string, string>>): Job {
  const made = createJob(files, { DOCKER_HOST: 'unix:///nonexistent/docker.sock' })
  jobs.push(made)
  return made
}

/** A registry with a base image of one layer. */
async function withBase(): Promise<{ readonly target: TestRegistry; readonly base: string }> {
  const target = await registry()
  const config = { os: 'linux', architecture: 'amd64', config: {} }
  await pushBase(target.host, 'base', [{ config, layers: [await tarOf({ 'etc/f': 'f' })] }])
  return { target, base: `${target.host}/base:1` }
}

const files = (base: string) => ({ Dockerfile: `FROM ${base}\nCOPY f /etc/g\n`, f: 'g' })
const inputs = ({ host }: TestRegistry) => ({ engine: 'embedded', images: `${host}/app`, tags: 'latest', push: 'true' })

/** Before publishing: the requests that find the base, check for push access, and read the base's layer. */
const limited: readonly { readonly on: RequestKind; readonly path?: string }[] = [
  { on: 'ping' },
  { on: 'manifest-get', path: '/base/' },
  { on: 'blob-get', path: '/base/' },
  { on: 'upload-start', path: '/app/' },
]

/** The waits that a process ends in this run; the others are ended in the process of the test, which takes a tenth of the time. */
const ofProcess = seededPart(
  ['ping', 'an ADD', 'manifest-get', 'blob-get', 'a Git repository of ADD', 'upload-start'],
  3,
)
const startOf = (wait: string) => (ofProcess.includes(wait) ? runStep : runStepHere)

it.each(limited)('timeout ends a step whose $on is never answered', async ({ on, path = '' }) => {
  const { target, base } = await withBase()
  target.misbehave({ on, path, times: Number.POSITIVE_INFINITY, do: 'hang' })
  const step = await startOf(on)(job(files(base)), { ...inputs(target), timeout: '1s' })
  expect(step).toMatchObject({ status: 75, outputs: { 'error-code': 'timed-out' }, post: { log: '' }, leftovers: [] })
  expect(step.log).toContain('time limit of 1 s')
  expect((await fetch(`${target.url}/v2/app/manifests/latest`).catch(() => undefined))?.status).not.toBe(200)
})

it('a step whose upload of preflight cannot be canceled publishes and ends', async () => {
  const { target, base } = await withBase()
  target.misbehave({ on: 'upload-cancel', path: '/app/', times: Number.POSITIVE_INFINITY, do: 'hang' })
  const step = await runStep(job(files(base)), inputs(target))
  expect(step).toMatchObject({ status: 0, post: { log: '' }, leftovers: [] })
  expect((await fetch(`${target.url}/v2/app/manifests/latest`)).status).toBe(200)
})

const all: readonly { readonly on: RequestKind; readonly path?: string }[] = [
  ...limited,
  { on: 'blob-head', path: '/app/' },
  { on: 'upload-put', path: '/app/' },
  { on: 'manifest-put', path: '/app/' },
  { on: 'manifest-head', path: '/app/' },
]

// A signal needs a process of its own.
it.each(seededPart(all, 3))('a cancel ends a step whose $on is never answered', async ({ on, path = '' }) => {
  const { target, base } = await withBase()
  const before = target.journal.length
  target.misbehave({ on, path, times: Number.POSITIVE_INFINITY, do: 'hang' })
  const step = await runStep(job(files(base)), inputs(target), {
    during: (pid) => {
      const timer = setInterval(() => {
        const asked = target.journal.slice(before).some((entry) => entry.kind === on && entry.path.includes(path))
        if (!asked) return
        clearInterval(timer)
        process.kill(pid, 'SIGINT')
      }, 20)
    },
  })
  expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, post: { log: '' }, leftovers: [] })
})

it.each([
  { what: 'an ADD', dockerfile: (host: string) => `FROM scratch\nADD http://${host}/never /f\n` },
  { what: 'a Git repository of ADD', dockerfile: (host: string) => `FROM scratch\nADD http://${host}/never.git /f\n` },
])('timeout ends $what that is never answered', async ({ what, dockerfile }) => {
  const target = await registry()
  target.misbehave({ on: 'other', times: Number.POSITIVE_INFINITY, do: 'hang' })
  const made = job({ Dockerfile: dockerfile(target.host) })
  const step = await startOf(what)(made, { ...inputs(target), timeout: '2s' })
  expect(step).toMatchObject({ status: 75, outputs: { 'error-code': 'timed-out' }, post: { log: '' }, leftovers: [] })
})
