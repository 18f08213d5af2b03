import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sessionName } from '../../../src/cleanup/session-name.ts'
import { open } from '../../../src/containers/docker/docker-containers.ts'
import { planDockerContainers } from '../../../src/containers/docker/plan-docker-containers.ts'
import { unanswered } from '../../../src/docker/hanging-daemon.ts'
import { loadImage } from '../../../src/docker/load-image.ts'
import { build } from '../../../src/engine/build.ts'
import { goneHow } from '../../../src/engine/buildkit/gone.ts'
import { saveImage } from '../../../src/engine/buildx/save-image.ts'
import type { SmokeTest } from '../../../src/inputs/inputs.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import type { Digest } from '../../../src/oci/types.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { containerSpec } from '../../../src/smoke-test/container-spec.ts'
import { runContainer } from '../../../src/smoke-test/run-container.ts'
import { type FakeAnswer, type FakeDaemon, logOf, startDaemon } from '../../support/daemon.ts'
import { createTestHost, type TestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { smokeTestOf } from '../../support/smoke-test.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

// The result of a step whose daemon hangs: each call of a program must end without the daemon.

/** Milliseconds for every limit of a call. A call without a limit would hang with the daemon, and so would the test. */
const limit = 300

/** A host whose docker and buildx never exit when called with `hangs`, and which record their calls. */
function hostWith(hangs: string, more = '') {
  const root = tempFolder({ 'bin/': '', calls: '', 'step/': '' })
  const script = `echo "$*" >> ${root}/calls
case "$*" in
  '${hangs}'*) echo begun; sleep 300 ;;
  ${more}
esac`
  for (const name of ['docker', 'docker-buildx']) writeProgram(join(root, 'bin', name), script)
  const made = createTestHost({ env: { PATH: `${root}/bin:/usr/bin:/bin` }, tempDir: join(root, 'step') })
  onTestFinished(made.close)
  const host: TestHost = {
    ...made,
    exec: (command, args, { timeout, silence, ...options } = {}) =>
      made.exec(command, args, {
        ...options,
        ...(timeout === undefined ? {} : { timeout: limit }),
        ...(silence === undefined ? {} : { silence: limit }),
      }),
  }
  const calls = () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n')
  return { host, program: join(root, 'bin/docker-buildx'), calls }
}

/** A host that waits for an answer for at most `limit`. */
function impatient(): TestHost {
  const made = createTestHost({ tempDir: tempFolder() })
  onTestFinished(made.close)
  return { ...made, http: (request) => made.http({ ...request, timeout: limit }) }
}

/** A daemon whose container exits at once, with the given differences. */
function daemonWith(more: Readonly<Record<string, FakeAnswer>>): Promise<FakeDaemon> {
  return startDaemon({
    ...more,
    'POST /containers/create': { status: 201, body: { Id: 'c' } },
    'POST /containers/c/start': { status: 204 },
    'POST /containers/c/wait': { body: { StatusCode: 0 } },
    'GET /containers/c/logs': { body: logOf('hello\n') },
    'GET /containers/c/json': { body: { NetworkSettings: { Ports: { '80/tcp': [{ HostPort: '1' }] } } } },
    'GET /containers/json': { body: [] },
    'DELETE /containers/c': { status: 204 },
    'POST /images/load': { body: { stream: 'Loaded' } },
    'DELETE /images/': { body: [] },
    // Repeated, because the first answer of a key is used first, and the last one repeats.
    ...more,
  })
}

describe('the smoke test on a daemon that hangs', () => {
  const http = { path: '/', port: 80, status: undefined, contains: undefined }
  const port = { host: 8080, container: 80, protocol: 'tcp' } as const
  const busy = { status: 500, body: { message: 'Bind for 127.0.0.1:8080 failed: port is already allocated' } }

  const run = async (answers: Readonly<Record<string, FakeAnswer>>, more: Partial<SmokeTest> = {}) => {
    const host = impatient()
    const { server, calls } = await daemonWith(answers)
    const planned = { ...smokeTestOf(more), containers: planDockerContainers(server) }
    const containers = open(planned.containers, host)
    const spec = containerSpec(planned, { image: 'i', platform: parsePlatform('amd64'), env: {} })
    const subject = { platform: 'linux/amd64', emulated: false }
    return { ran: runContainer(planned, { containers, name: 'c', spec, subject, host }), calls, tempDir: host.tempDir }
  }

  test.each<{ what: string; answers: Readonly<Record<string, FakeAnswer>>; more?: Partial<SmokeTest> }>([
    { what: 'create', answers: { 'POST /containers/create': 'hangs' } },
    { what: 'start', answers: { 'POST /containers/c/start': 'hangs' } },
    { what: 'logs', answers: { 'GET /containers/c/logs': 'hangs' } },
    { what: 'inspect', answers: { 'GET /containers/c/json': 'hangs' }, more: { http } },
    {
      what: 'list',
      answers: { 'GET /containers/json': 'hangs', 'POST /containers/c/start': busy },
      more: { ports: [port] },
    },
  ])('reports an unanswered $what, and removes the container', async ({ what, answers, more }) => {
    const { ran, calls, tempDir } = await run(answers, more)
    await expect(ran).rejects.toMatchObject({
      code: 'daemon-unreachable',
      message: `Cannot run the smoke test (${what}), the daemon hangs: no answer from docker for 0.3 s`,
      hint: expect.stringContaining('the log of the daemon'),
    })
    expect(calls.at(-1)).toBe('DELETE /containers/c?force=true&v=true')
    expect(existsSync(join(tempDir, 'clean-up.jsonl'))).toBe(true)
  })

  test('reports that the log cannot be read, and does not check an empty log', async () => {
    const gone = { status: 500, body: { message: 'the log is gone' } }
    const { ran } = await run({ 'GET /containers/c/logs': gone }, { output: 'x' })
    await expect(ran).rejects.toMatchObject({
      code: 'engine-failed',
      message: "Cannot read the log of the smoke test's container: the log is gone",
    })
  })

  test('fails if the container does not exit in time', async () => {
    const { ran } = await run({ 'POST /containers/c/wait': 'hangs' }, { timeout: 100 })
    await expect(ran).resolves.toMatchObject({ end: { kind: 'late' }, log: ['hello'] })
  })

  test('leaves the container to the clean-up if its removal is not answered', async () => {
    const { ran } = await run({ 'DELETE /containers/c': 'hangs' })
    await expect(ran).resolves.toMatchObject({ end: { kind: 'exited', status: 0 } })
  })

  test('names the container that uses the port', async () => {
    const holder = { body: [{ Names: ['/web'], Image: 'nginx' }] }
    const { ran } = await run({ 'GET /containers/json': holder, 'POST /containers/c/start': busy }, { ports: [port] })
    await expect(ran).rejects.toThrow('port 8080 is in use by container web (nginx)')
  })
})

describe('saveImage()', () => {
  const save = async (answer: FakeAnswer) => {
    const { server } = await daemonWith({ 'GET /images/a%3A1/get': answer })
    const how = { platform: 'linux/arm64', compression: 'gzip', leaveOut: new Set<Digest>() } as const
    return saveImage('a:1', { dir: tempFolder(), host: impatient(), server, ...how })
  }

  test.each<{ name: string; answer: FakeAnswer; code: string; says: string }>([
    {
      name: 'a rejection',
      answer: { status: 404, body: { message: 'reference does not exist' } },
      code: 'engine-failed',
      says: 'Cannot take the image for linux/arm64 out of Docker: reference does not exist',
    },
    {
      name: 'an archive that breaks off',
      answer: (_, response) => void response.write(Buffer.alloc(100), () => response.destroy()),
      code: 'daemon-unreachable',
      says: 'Cannot take the image for linux/arm64 out of Docker: error during connect: connection reset: aborted',
    },
    {
      name: 'an archive that stops arriving',
      answer: (_, response) => void response.write(Buffer.alloc(100)),
      code: 'daemon-unreachable',
      says: 'out of Docker, the daemon hangs: no more of the answer from docker for 0.3 s',
    },
    { name: 'no answer', answer: 'hangs', code: 'daemon-unreachable', says: 'no answer from docker for 0.3 s' },
    {
      name: 'no archive',
      answer: { body: 'what is this' },
      code: 'content-mismatch',
      says: '',
    },
  ])('is $code for $name', async ({ answer, code, says }) => {
    await expect(save(answer)).rejects.toMatchObject({ code, message: expect.stringContaining(says) })
  })

  test.each([
    { error: { code: 'ECONNREFUSED' }, how: 'absent' },
    { error: { code: 'ENOENT' }, how: 'absent' },
    { error: { code: 'ECONNRESET' }, how: 'lost' },
    { error: { code: 'EPIPE' }, how: 'lost' },
    { error: {}, how: undefined },
  ])('reports a daemon that is $how as $error, because the build is retried', ({ error, how }) => {
    const { code, message } = unanswered('x', Object.assign(new Error('what Node says'), error))
    expect([code, goneHow(message)]).toEqual(['daemon-unreachable', how])
  })
})

test('loadImage() fails if a daemon reads nothing', async () => {
  const digest = digestOf('{}')
  const root = { mediaType: mediaType.ociIndex, digest, size: 2 }
  const tree = { root, blobs: [], documents: [], images: [] }
  const blobs = { open: () => Promise.reject(new Error('there is no blob')) }
  const { server } = await daemonWith({ 'POST /images/load': 'hangs' })
  const loaded = loadImage({ tree, blobs }, { ...server, store: 'containerd' }, { references: [], host: impatient() })
  await expect(loaded).rejects.toThrow('Cannot load the image into Docker 28.5.2: no answer from docker for 0.3 s')
})

test('loadImage() stops with the run', async () => {
  const root = { mediaType: mediaType.ociIndex, digest: digestOf('{}'), size: 2 }
  const tree = { root, blobs: [], documents: [], images: [] }
  const blobs = { open: () => Promise.reject(new Error('there is no blob')) }
  const cancel = new AbortController()
  const { server } = await daemonWith({ 'POST /images/load': () => cancel.abort() })
  const host = { ...impatient(), signal: cancel.signal }
  const loaded = loadImage({ tree, blobs }, { ...server, store: 'containerd' }, { references: [], host })
  await expect(loaded).rejects.toMatchObject({ code: 'cancelled' })
})

test('an image for a smoke test is recorded before it is loaded, and a loaded one is used unchanged', async () => {
  const platform = parsePlatform('amd64')
  const descriptor = { mediaType: mediaType.ociManifest, digest: digestOf('{}'), size: 2 }
  const image = { platform, manifest: descriptor, config: descriptor, layers: [], size: 4 }
  const bytes = Buffer.from('{}')
  const tree = { root: descriptor, blobs: [], documents: [{ descriptor, bytes }], images: [image] }
  const all = { tree, blobs: { open: async () => Readable.from([bytes]) } }
  const { server, calls } = await daemonWith({ 'DELETE /images/': 'hangs' })
  const host = impatient()
  const containers = open(planDockerContainers(server), host)
  const given = { name: `${sessionName(host.tempDir)}:1`, platform, content: { image, all }, stored: undefined }
  expect(await containers.ensureImage(given)).toBe(given.name)
  expect(readFileSync(join(host.tempDir, 'clean-up.jsonl'), 'utf8')).toContain(given.name)
  const count = calls.length
  expect(await containers.ensureImage({ ...given, stored: 'there' })).toBe('there')
  expect(calls.length).toBe(count)
  await expect(containers.removeImage(given.name)).rejects.toThrow('no answer')
})

test('a builder that never boots fails after one attempt', async () => {
  const { host, program, calls } = hostWith('create')
  const facts = factsOf({ buildx: { path: program } })
  const plan = makePlan(inputsOf({ driver: 'docker-container', platforms: 'amd64, arm64' }), facts)
  const client = createTestClient()
  onTestFinished(client.close)
  await expect(
    runOf(plan, host, loginOf(client)).then((run) => build(run, { reading: undefined, bases: [] })),
  ).rejects.toMatchObject({
    code: 'engine-failed',
    message: expect.stringMatching(/^Cannot start a docker-container builder: docker-buildx: stopped after 0 s/),
  })
  expect(calls().map((call) => call.split(' ')[0])).toEqual(['create', 'rm'])
})
