import { readdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RequestKind } from '../support/fault.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { expectNothingLeft, imageNames } from './support/daemon-state.ts'
import { missing, part, rig } from './support/rig.ts'

// A runner cancels with SIGINT. Within a few seconds, children have exited, tags are unchanged, nothing is left behind.

const jobs: Job[] = []
const registries: TestRegistry[] = []
afterEach(async () => {
  for (const job of jobs.splice(0)) job.remove()
  for (const registry of registries.splice(0)) await registry.close()
})

function job(files: Readonly<Record<string, string>>): Job {
  const made = createJob(files, { DOCKER_HOST: part('docker').host })
  jobs.push(made)
  return made
}

async function registry(): Promise<TestRegistry> {
  const started = await startRegistry()
  registries.push(started)
  return started
}

/** Sends `signal` when the log contains `text`. */
const onceLogged = (text: string, signal: NodeJS.Signals) => (pid: number, log: () => string) => {
  const timer = setInterval(() => {
    if (!log().includes(text)) return
    clearInterval(timer)
    process.kill(pid, signal)
  }, 20)
}

/** Sends SIGINT when `target` has received a request with this kind and path. */
const onceAsked =
  (target: TestRegistry, kind: RequestKind, path = '') =>
  (pid: number) => {
    const before = target.journal.length
    const timer = setInterval(() => {
      if (!target.journal.slice(before).some((entry) => entry.kind === kind && entry.path.includes(path))) return
      clearInterval(timer)
      process.kill(pid, 'SIGINT')
    }, 20)
  }

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return '' // The process has exited meanwhile.
  }
}

const others = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && pid !== String(process.pid))
const commandLines = () => others().map((pid) => readProc(`${pid}/cmdline`))

/** Processes that still have the job's directory on their command line or in their environment. */
function processesOf({ temp }: Job): readonly string[] {
  return others()
    .filter((pid) => `${readProc(`${pid}/cmdline`)}${readProc(`${pid}/environ`)}`.includes(`${temp}/polyarch-`))
    .map((pid) => readProc(`${pid}/cmdline`))
}

const good = { Dockerfile: 'FROM scratch\nCOPY hello /hello\n', hello: 'hello\n' }
const endless = () => ({ Dockerfile: `FROM ${part('base')}\nRUN echo begun && sleep 300\n` })

describe.skipIf(missing('docker', 'registry', 'base'))('a step that is cancelled', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('stops the build on %s and leaves nothing behind', async (signal) => {
    const { host } = await registry()
    const made = job(endless())
    const inputs = { images: `${host}/cancel`, tags: 'latest', push: 'true', 'no-cache': 'true' }
    const step = await runStep(made, inputs, { during: onceLogged(' begun', signal) })

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, leftovers: [] })
    expect(step.log).toContain('because the run was canceled')
    expect(processesOf(made)).toEqual([])
  })

  it('stops the push and does not update the tag', async () => {
    const target = await registry()
    const inputs = { images: `${target.host}/cancel`, tags: 'latest', push: 'true' }
    await runStep(job(good), inputs)
    const before = await (await fetch(`${target.url}/v2/cancel/manifests/latest`)).text()
    target.misbehave({ on: 'upload-put', times: 100, do: 'hang' })
    const made = job({ ...good, hello: 'changed\n' })
    const step = await runStep(made, inputs, { during: onceAsked(target, 'upload-put') })

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, leftovers: [] })
    expect(await (await fetch(`${target.url}/v2/cancel/manifests/latest`)).text()).toBe(before)
    expect(target.store.uploads.size).toBe(0)
    expect(processesOf(made)).toEqual([])
  })

  it('stops tagging, and updates no tag after it', async () => {
    const target = await registry()
    const inputs = { images: `${target.host}/cancel`, tags: '1.0.0, latest', push: 'true' }
    const first = await runStep(job(good), inputs)
    target.misbehave({ on: 'manifest-put', path: 'manifests/1.0.0', times: 100, do: 'hang' })
    const made = job({ ...good, hello: 'changed\n' })
    const step = await runStep(made, inputs, { during: onceAsked(target, 'manifest-put', 'manifests/1.0.0') })

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, leftovers: [] })
    for (const tag of ['1.0.0', 'latest']) {
      const answer = await fetch(`${target.url}/v2/cancel/manifests/${tag}`)
      expect(answer.headers.get('docker-content-digest')).toBe(first.outputs['digest'])
    }
    expect(processesOf(made)).toEqual([])
  })

  it('stops writing a large layer in the embedded engine', async () => {
    const { host } = await registry()
    const made = job({ Dockerfile: 'FROM scratch\nCOPY large /large\n', large: '' })
    // Sparse: it uses no space, and takes as long to read as any other.
    truncateSync(join(made.workspace, 'large'), 20_000_000_000)
    const inputs = { engine: 'embedded', images: `${host}/cancel`, tags: 'latest', push: 'true' }
    const step = await runStep(made, inputs, { during: onceLogged('::group::Build', 'SIGINT') })

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, leftovers: [] })
    expect(step.log).not.toContain('::group::Publish')
  })

  it('is cleaned up by the post step after it was killed', async () => {
    const made = job({ Dockerfile: `FROM ${part('base')}\nRUN echo begun && sleep 3\n` })
    const inputs = { username: 'somebody', password: 'secret', registry: '127.0.0.1:1', 'no-cache': 'true' }
    const step = await runStep(made, inputs, { during: onceLogged(' begun', 'SIGKILL') })

    expect(step).toMatchObject({ status: null, post: { status: 0, log: '' }, leftovers: [] })
  })

  it('leaves no process of its own running after it was killed and the post step has run', async () => {
    const made = job({ Dockerfile: `FROM ${part('base')}\nRUN echo be""gun && sleep 31003\n` })
    const step = await runStep(made, { 'no-cache': 'true' }, { during: onceLogged(' begun', 'SIGKILL') })

    expect(step).toMatchObject({ status: null, post: { status: 0, log: '' }, leftovers: [] })
    expect(processesOf(made)).toEqual([])
    await untilGone('sleep 31003')
  })
})

/** Resolves when no process of this machine has `text` on its command line: BuildKit kills those of a RUN later. */
async function untilGone(text: string): Promise<void> {
  await expect.poll(() => commandLines().filter((line) => line.includes(text)), { timeout: 15_000 }).toEqual([])
}

/** Prints "begun", which its source does not contain, and takes `seconds`, for arm64 only. Nothing is emulated. */
const endlessOnArm64 = (seconds: number) => ({
  Dockerfile: `FROM --platform=$BUILDPLATFORM ${part('base')} AS build
ARG TARGETARCH
RUN if [ "$TARGETARCH" = arm64 ]; then echo be""gun && sleep ${seconds}; else touch /done; fi
FROM scratch
COPY --from=build /bin /bin
`,
})

describe.skipIf(missing('classic', 'base'))('a step that joins platforms and is cancelled', () => {
  it('stops the build of the second platform, and removes the image of the first', async () => {
    const { host } = await registry()
    const made = createJob(endlessOnArm64(31_001), { DOCKER_HOST: part('classic').host })
    jobs.push(made)
    const inputs = {
      images: `${host}/cancel`,
      tags: 'latest',
      platforms: 'amd64, arm64',
      push: 'true',
      'no-cache': 'true',
    }
    const step = await runStep(made, inputs, { during: onceLogged(' begun', 'SIGINT') })

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, post: { log: '' }, leftovers: [] })
    const [, first = ''] = /(polyarch-\w+):linux-amd64/.exec(step.log) ?? []
    expect(first).not.toBe('')
    expect(imageNames(part('classic').host).filter((name) => name.startsWith(first))).toEqual([])
    expect(processesOf(made)).toEqual([])
    await untilGone('sleep 31001')
  })
})

describe.skipIf(missing('buildkitd', 'base'))('a step with a remote BuildKit that is cancelled', () => {
  const remote = (files: Readonly<Record<string, string>>): Job => {
    const made = createJob(files, { DOCKER_HOST: 'unix:///nonexistent/docker.sock' })
    jobs.push(made)
    return made
  }
  const inputsFor = ({ host }: TestRegistry) => ({
    images: `${host}/cancel`,
    tags: 'latest',
    platforms: 'amd64, arm64',
    push: 'true',
    driver: 'remote',
    endpoint: rig.buildkitd?.[0] ?? '',
  })

  it('stops the remote build', async () => {
    const made = remote(endlessOnArm64(31_002))
    const step = await runStep(
      made,
      { ...inputsFor(await registry()), 'no-cache': 'true' },
      { during: onceLogged(' begun', 'SIGINT') },
    )

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, post: { log: '' }, leftovers: [] })
    expect(processesOf(made)).toEqual([])
    await untilGone('sleep 31002')
  })

  it('stops the push of BuildKit, and does not update the tag', async () => {
    const target = await registry()
    const first = await runStep(remote(good), inputsFor(target))
    expect(first.status).toBe(0)
    target.misbehave({ on: 'upload-put', times: 100, do: 'hang' })
    const made = remote({ ...good, hello: `changed ${process.hrtime.bigint()}\n` })
    const step = await runStep(made, inputsFor(target), { during: onceAsked(target, 'upload-put') })

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, post: { log: '' }, leftovers: [] })
    const answer = await fetch(`${target.url}/v2/cancel/manifests/latest`)
    expect(answer.headers.get('docker-content-digest')).toBe(first.outputs['digest'])
    expect(processesOf(made)).toEqual([])
  })
})

describe.skipIf(missing('docker', 'base', 'builderImage'))('a step with a builder of its own that is cancelled', () => {
  const expectNoBuilder = (): Promise<void> =>
    expectNothingLeft(part('docker').host, [], (entry) => entry.includes('buildx_buildkit_polyarch'))
  const inputsFor = ({ host }: TestRegistry) => ({
    images: `${host}/cancel`,
    tags: 'latest',
    push: 'true',
    driver: 'docker-container',
    'driver-opts': `image=${part('builderImage')}\nnetwork=host`,
    'buildkitd-config-inline': `[registry."${host}"]\nhttp = true\n[registry."${new URL(`http://${part('base')}`).host}"]\nhttp = true\n`,
  })

  it('removes the builder if it is cancelled during the build', async () => {
    const target = await registry()
    const made = job(endless())
    const step = await runStep(made, inputsFor(target), { during: onceLogged(' begun', 'SIGINT') })

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, post: { log: '' }, leftovers: [] })
    expect(step.log).toMatch(/RUN echo begun .* was running/)
    await expectNoBuilder()
    expect(processesOf(made)).toEqual([])
  })

  it('removes it if it is cancelled during verification, and writes no tag', async () => {
    const target = await registry()
    const made = job(good)
    target.misbehave({ on: 'blob-get', times: 100, do: 'hang' })
    const step = await runStep(made, inputsFor(target), { during: onceAsked(target, 'blob-get') })

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, post: { log: '' }, leftovers: [] })
    expect((await fetch(`${target.url}/v2/cancel/manifests/latest`)).status).toBe(404)
    await expectNoBuilder()
    expect(processesOf(made)).toEqual([])
  })
})

describe.skipIf(missing('docker', 'base'))('a step with a time limit', () => {
  it.each([
    { name: 'buildx', inputs: {}, says: /RUN echo begun && sleep 300 \(for \d+ s\) was running/ },
    { name: 'embedded', inputs: { engine: 'embedded' }, says: /time limit of 4 s/ },
  ])('ends the build of $name, and names the running step', async ({ inputs, says }) => {
    const target = await registry()
    const large = { Dockerfile: 'FROM scratch\nCOPY large /large\n', large: '' }
    const made = job('engine' in inputs ? large : endless())
    if ('engine' in inputs) truncateSync(join(made.workspace, 'large'), 200_000_000_000)
    const step = await runStep(made, {
      images: `${target.host}/late`,
      tags: 'latest',
      push: 'true',
      'no-cache': 'true',
      timeout: '4s',
      ...inputs,
    })

    expect(step).toMatchObject({ status: 75, outputs: { 'error-code': 'timed-out' }, post: { log: '' }, leftovers: [] })
    expect(step.log).toContain('Stopped the build at its time limit of 4 s')
    expect(step.log).toMatch(says)
    expect(target.kinds()).not.toContain('manifest-put')
    expect(processesOf(made)).toEqual([])
  })
})
