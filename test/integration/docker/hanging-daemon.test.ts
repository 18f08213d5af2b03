import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadImage } from '../../../src/docker/load-image.ts'
import { build } from '../../../src/engine/build.ts'
import { saveImage } from '../../../src/engine/buildx/save-image.ts'
import type { SmokeTest } from '../../../src/inputs/inputs.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { withInterimImage } from '../../../src/smoke-test/interim-image.ts'
import { runContainer } from '../../../src/smoke-test/run-container.ts'
import { createTestHost, type TestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { smokeTestOf } from '../../support/smoke-test.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

// What becomes of a step whose daemon has stopped: each call of a program must end by itself.

/** Milliseconds for every limit that a call has. One that has none would hang with the daemon, and the test with it. */
const limit = 300

/** A host with a docker and a buildx that never end when they are called with `hangs`, and that write down how they are called. */
function hostWith(hangs: string, more = '') {
  const root = tempFolder({ 'bin/': '', calls: '', 'step/': '' })
  const script = `echo "$*" >> ${root}/calls
case "$*" in
  '${hangs}'*) echo begun; sleep 300 ;;
  ${more}
  wait*) echo 0 ;;
  port*) echo 127.0.0.1:1 ;;
  'run '*:8080:*) echo 'docker: Bind for 127.0.0.1:8080 failed: port is already allocated' >&2; exit 125 ;;
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
  return { host, program: join(root, 'bin/docker-buildx'), calls, dir: join(root, 'layout') }
}

describe('the smoke test on a daemon that hangs', () => {
  const http = { path: '/', port: 80, status: undefined, contains: undefined }
  const busy = { host: 8080, container: 80, protocol: 'tcp' } as const

  const run = async (hangs: string, more: Partial<SmokeTest> = {}, script = '') => {
    const { host, calls } = hostWith(hangs, script)
    const planned = { ...smokeTestOf(more), daemon: serverOf() }
    const options = { name: 'c', image: 'i', platform: parsePlatform('amd64'), host, env: {} }
    const subject = { platform: 'linux/amd64', emulated: false }
    const ran = runContainer(planned, { ...options, subject })
    return { ran, calls, tempDir: host.tempDir }
  }

  test.each([
    { call: 'run', more: {} },
    { call: 'logs', more: {} },
    { call: 'port', more: { http } },
    { call: 'ps', more: { ports: [busy] } },
  ])('says so when docker $call does not end, and removes the container', async ({ call, more }) => {
    const { ran, calls, tempDir } = await run(`${call} `, more)
    await expect(ran).rejects.toMatchObject({
      code: 'daemon-unreachable',
      message: `Cannot run the smoke test (docker ${call}), the daemon hangs: docker: stopped after 0 s, its time limit`,
      hint: expect.stringContaining('the log of the daemon'),
    })
    expect(calls().at(-1)).toBe('rm --force --volumes c')
    expect(existsSync(join(tempDir, 'clean-up.jsonl'))).toBe(true)
  })

  test('says so when docker logs fails, and judges no empty log', async () => {
    const { ran } = await run('none', { output: 'x' }, "logs*) echo 'Error response from daemon: gone' >&2; exit 1 ;;")
    await expect(ran).rejects.toMatchObject({ code: 'engine-failed', message: expect.stringContaining('daemon: gone') })
  })

  test('is late when docker wait does not end, as a program is', async () => {
    const { ran } = await run('wait ')
    await expect(ran).resolves.toMatchObject({ end: { kind: 'late' } })
  })

  test('leaves the container to the clean-up when docker rm does not end', async () => {
    const { ran } = await run('rm ')
    await expect(ran).resolves.toMatchObject({ end: { kind: 'exited', status: 0 } })
  })
})

test.each([
  {
    says: 'Cannot connect to the Docker daemon at unix:///d.sock. Is the docker daemon running?',
    code: 'daemon-unreachable',
  },
  { says: 'unexpected EOF', code: 'daemon-unreachable' },
  { says: 'Error response from daemon: reference does not exist', code: 'engine-failed' },
])('saveImage() is $code when docker says: $says', async ({ says, code }) => {
  const { host } = hostWith('nothing', `'image save'*) echo '${says}' >&2; exit 1 ;;`)
  const saved = saveImage('a:1', {
    dir: tempFolder(),
    host,
    env: {},
    platform: 'linux/arm64',
    compression: 'gzip',
    leaveOut: new Set(),
  })
  await expect(saved).rejects.toMatchObject({ code })
})

test('saveImage() ends when nothing of the image comes any more', async () => {
  const { host, dir } = hostWith('image save')
  const saved = saveImage('a:1', {
    dir,
    host,
    env: {},
    platform: 'linux/arm64',
    compression: 'gzip',
    leaveOut: new Set(),
  })
  await expect(saved).rejects.toMatchObject({
    code: 'daemon-unreachable',
    message:
      'Cannot take the image for linux/arm64 out of Docker, the daemon hangs: docker: stopped after 0 s without a word',
  })
})

test('loadImage() ends when a daemon elsewhere takes none', async () => {
  const { host } = hostWith('image load')
  const digest = digestOf('{}')
  const root = { mediaType: mediaType.ociIndex, digest, size: 2 }
  const tree = { root, blobs: [], documents: [], images: [] }
  const blobs = { open: () => Promise.reject(new Error('there is no blob')) }
  const endpoint = { host: 'ssh://far.example', context: 'far', because: 'x', env: {} }
  const server = serverOf({ endpoint, store: 'containerd' })
  await expect(loadImage({ tree, blobs }, server, { references: [], host, env: {} })).rejects.toMatchObject({
    message: expect.stringMatching(/^Cannot load the image into Docker 28\.5\.2: .*stopped after 0 s, its time limit$/),
  })
})

test('withInterimImage() leaves the image to the clean-up when docker image rm does not end', async () => {
  const { host, calls } = hostWith('image rm')
  const platform = parsePlatform('amd64')
  const descriptor = { mediaType: mediaType.ociManifest, digest: digestOf('{}'), size: 2 }
  const image = { platform, manifest: descriptor, config: descriptor, layers: [], size: 4 }
  const bytes = Buffer.from('{}')
  const tree = { root: descriptor, blobs: [], documents: [{ descriptor, bytes }], images: [image] }
  const endpoint = { host: 'ssh://far.example', context: 'far', because: 'x', env: {} }
  const blobs = { open: async () => Readable.from([bytes]) }
  const options = { name: 'a:1', content: { tree, blobs }, host, env: {}, work: async () => 'ran' }
  expect(await withInterimImage(image, serverOf({ endpoint }), options)).toBe('ran')
  expect(calls().at(-1)).toBe('image rm --force a:1')
})

test('a builder that never boots is given up after one try', async () => {
  const { host, program, calls } = hostWith('create')
  const facts = factsOf({ buildx: { path: program } })
  const plan = makePlan(inputsOf({ driver: 'docker-container', platforms: 'amd64, arm64' }), facts)
  const client = createTestClient()
  onTestFinished(client.close)
  await expect(
    runOf(plan, host, loginOf(client)).then((run) => build(run, { reading: undefined, bases: [] })),
  ).rejects.toMatchObject({
    code: 'engine-failed',
    message: expect.stringMatching(/^Cannot boot a docker-container builder: docker-buildx: stopped after 0 s/),
  })
  expect(calls().map((call) => call.split(' ')[0])).toEqual(['create', 'rm'])
})
