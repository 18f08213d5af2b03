import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cleanUp } from '../../../src/cleanup/cleanup.ts'
import { checks, prepare } from '../../../src/engine/apple/engine.ts'
import type { Built } from '../../../src/engine/built.ts'
import type { InputName } from '../../../src/inputs/schema.ts'
import { readSmall } from '../../../src/oci/store.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import type { Run } from '../../../src/run-context.ts'
import { type FakeApple, fakeApple } from '../../support/apple.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const dockerfile = 'FROM scratch\nCOPY app bin/app\nENV MODE=fast\nCMD ["true"]\n'

async function runWith(
  { host, apple }: FakeApple,
  files: Readonly<Record<string, string>>,
  given: Partial<Record<InputName, string>> = {},
) {
  const context = tempFolder({ app: 'program', Dockerfile: dockerfile, ...files })
  const facts = factsOf({ apple })
  const plan = makePlan(inputsOf({ engine: 'container', context, labels: 'team=core', ...given }), facts)
  return await runOf(plan, host)
}

async function build(apple: FakeApple['apple'], run: Run): Promise<Built> {
  const prepared = await prepare(apple, run)
  return prepared(run, { reading: undefined, bases: [] })
}

function cleanUpOf({ host, apple }: FakeApple) {
  const never = async (): Promise<void> => Promise.reject(new Error('Docker was asked'))
  return cleanUp(host.tempDir, {
    exec: host.exec,
    removeImage: never,
    removeContainer: never,
    removePod: never,
    removeDeployment: never,
    removeNamespace: never,
    parent: dirname(host.tempDir),
    rules: {
      session: 'polyarch-abc123',
      isBuildx: () => false,
      isPodman: () => false,
      isApple: (path) => path === apple.path,
      emulatorImages: [],
      maySet: () => false,
    },
  })
}

test('builds each platform, joins the images, and leaves the machine as it was', async () => {
  const fake = fakeApple()
  onTestFinished(fake.host.close)
  const run = await runWith(
    fake,
    {},
    {
      ...{
        platforms: 'amd64, arm64',
        'build-args': 'VERSION=1.2',
        secrets: 'key=hidden value',
        annotations: 'index:note=x',
      },
      ...{ target: '', pull: 'true', tags: 'app:1' },
    },
  )
  const { content, nameInStore, load } = await build(fake.apple, run)
  if (content === undefined) throw new Error('no content')
  expect(content.tree.images.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64'])
  const [image] = content.tree.images
  if (image === undefined) throw new Error('no image')
  const config = JSON.parse((await readSmall(image.config, content.blobs)).toString('utf8'))
  expect(config).toMatchObject({
    architecture: 'amd64',
    config: { Labels: { team: 'core' }, Env: ['MODE=fast'], Cmd: ['true'] },
  })
  expect(image.layers).toMatchObject([{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }])
  const index = content.tree.documents.find(({ descriptor }) => descriptor.digest === content.tree.root.digest)
  expect(JSON.parse(Buffer.from(index?.bytes ?? []).toString('utf8'))).toMatchObject({ annotations: { note: 'x' } })
  expect(await nameInStore?.(image.platform)).toBe('docker.io/library/polyarch-abc123:linux-amd64')
  expect(load).toBeUndefined()

  const [first] = fake.calls('build')
  expect(first?.join(' ')).toContain('--platform linux/amd64 --tag docker.io/library/polyarch-abc123:linux-amd64')
  expect(first).toEqual(expect.arrayContaining(['--pull', 'VERSION=1.2', 'team=core']))
  expect(JSON.stringify(fake.calls(''))).not.toContain('hidden value')
  expect(readFileSync(join(fake.state, 'secrets'), 'utf8')).toContain('hidden value')

  expect(existsSync(join(fake.state, 'running'))).toBe(true)
  expect(await cleanUpOf(fake)).toEqual([])
  expect([existsSync(join(fake.state, 'running')), readdirSync(join(fake.state, 'images'))]).toEqual([false, []])
})

test('names the step, the line and the platform of a failed RUN', async () => {
  const fake = fakeApple()
  onTestFinished(fake.host.close)
  const run = await runWith(fake, { Dockerfile: 'FROM scratch\nRUN false\n' }, { platforms: 'arm64' })
  await expect(build(fake.apple, run)).rejects.toMatchObject({
    code: 'build-failed',
    message: expect.stringMatching(
      /for linux\/arm64 at .*Dockerfile:2 in \[1\/1\] RUN false.*exit code: 1.*it went wrong/s,
    ),
    place: { line: 2 },
  })
})

test('loads the verified image under its names, and does not stop services that were running', async () => {
  const fake = fakeApple()
  onTestFinished(fake.host.close)
  await fake.host.exec(fake.apple.path, ['system', 'start'])
  const run = await runWith(fake, {}, { platforms: 'arm64', images: 'registry:5000/x', tags: '1', push: 'false' })
  const { load, content } = await build(fake.apple, run)
  expect(await load?.()).toBe(content?.tree.root.digest)
  expect(await cleanUpOf(fake)).toEqual([])
  expect(readdirSync(join(fake.state, 'images')).map(decodeURIComponent)).toEqual(['registry:5000/x:1'])
  expect(existsSync(join(fake.state, 'running'))).toBe(true)
})

test('rejects a Dockerfile that the program does not accept, before the build', async () => {
  const fake = fakeApple()
  onTestFinished(fake.host.close)
  const long = await runWith(fake, { Dockerfile: `${dockerfile}# ${'x'.repeat(16 * 1024)}` })
  await expect(Promise.all(checks(fake.apple, long))).rejects.toMatchObject({
    code: 'feature-missing',
    message: expect.stringContaining('accepts less than 16384'),
  })
  await Promise.all(checks(fake.apple, await runWith(fake, {})))
})

test('reports services that do not start', async () => {
  const fake = fakeApple()
  onTestFinished(fake.host.close)
  const exec = async () => ({ ok: false, status: 1, stdout: '', stderr: 'Error: no kernel' })
  const run = { ...(await runWith(fake, {})), host: { ...fake.host, exec } }
  await expect(build(fake.apple, run)).rejects.toMatchObject({
    code: 'daemon-unreachable',
    message: expect.stringContaining('no kernel'),
  })
})
