import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Execution } from '../../../src/oci/config.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { checkSpace } from '../../../src/preflight/check-space.ts'
import { preflight } from '../../../src/preflight/preflight.ts'
import { startDaemon } from '../../support/daemon.ts'
import { startGitServer } from '../../support/git-server.ts'
import { createTestHost, type TestHost } from '../../support/host.ts'
import { randomImage } from '../../support/image.ts'
import { loginOf } from '../../support/login.ts'
import { builderOf, factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { createRandom } from '../../support/random.ts'
import { startRegistry } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

function clientOf() {
  const client = createTestClient()
  onTestFinished(client.close)
  return client
}

/** Preflight with the results of a logged-in step. */
async function check(plan: Plan, client = clientOf(), host = hostOf()) {
  return preflight(await runOf(plan, host, loginOf(client)))
}

function hostOf(): TestHost {
  const host = createTestHost()
  onTestFinished(host.close)
  return host
}

function planOf(given: Parameters<typeof inputsOf>[0]): Plan {
  return makePlan(inputsOf(given), factsOf())
}

describe('preflight()', () => {
  test.each([
    { name: 'the Dockerfile of the context', files: ['Dockerfile'], given: {} },
    { name: 'a dockerfile in lower case, as in buildx', files: ['dockerfile'], given: {} },
    { name: 'another file', files: ['docker/app.Dockerfile'], given: { file: 'docker/app.Dockerfile' } },
    { name: 'a file that the builder fetches', files: [], given: { file: 'https://a.example/Dockerfile' } },
  ])('accepts $name', async ({ files, given }) => {
    const root = tempFolder(Object.fromEntries(['./', ...files].map((file) => [file, ''])))
    const { build, ...plan } = planOf({ context: root, ...given })
    const file = files.length > 0 && build.file !== undefined ? join(root, build.file) : build.file
    await expect(check({ ...plan, build: { ...build, file } })).resolves.toMatchObject({ bases: [] })
  })

  test.each([
    { name: 'no context', files: [], context: 'gone', code: 'context-not-found' },
    { name: 'a file as context', files: ['app'], context: 'app', code: 'context-not-found' },
    { name: 'no Dockerfile', files: ['app/x'], context: 'app', code: 'dockerfile-not-found' },
    { name: 'a directory as Dockerfile', files: ['app/Dockerfile/x'], context: 'app', code: 'dockerfile-not-found' },
  ])('rejects $name', async ({ files, context, code }) => {
    const root = tempFolder(Object.fromEntries(files.map((file) => [file, ''])))
    await expect(check(planOf({ context: join(root, context) }))).rejects.toMatchObject({ code })
  })

  test.each([
    { name: 'a directory that does not exist', value: 'nope', says: 'the context lib, nope, is not a directory' },
    {
      name: 'a directory without a layout',
      value: 'oci-layout://.',
      says: 'the context lib, ., is not an OCI layout',
    },
  ])('rejects $name in build-contexts, together with other problems', async ({ value, says }) => {
    const plan = planOf({ context: join(tempFolder(), 'gone'), 'build-contexts': `lib=${value}` })
    const message = expect.stringMatching(new RegExp(`^Preflight found 2 problems:[^]*${says}`))
    await expect(check(plan)).rejects.toMatchObject({ code: 'context-not-found', message })
  })

  test('rejects an archive without a platform, at the line that uses it, together with other problems', async () => {
    const root = tempFolder({ Dockerfile: 'FROM scratch\nCOPY --from=base / /\n' })
    const config = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } }
    const archive = pack()
    archive.entry({ name: 'c.json' }, JSON.stringify(config))
    archive.entry({ name: 'manifest.json' }, '[{"Config":"c.json","RepoTags":["a:1"],"Layers":null}]')
    archive.finalize()
    const path = join(root, 'base.tar')
    writeFileSync(path, await buffer(archive))
    const contexts = `base=docker-archive:${path}\nother=docker-archive:${path}:b\nthird=oci-archive:${root}/gone.tar`
    const plan = planOf({ context: root, platforms: 'amd64, arm64', 'build-contexts': contexts })
    await expect(check(plan)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Preflight found 2 problems:(?:.|\n)*third, .*gone.tar, is not a file(?:.|\n)*it has no b/,
      ),
    })
    const one = planOf({
      context: root,
      platforms: 'amd64, arm64',
      'build-contexts': `base=docker-archive:${path}:a:1`,
    })
    await expect(check(one)).rejects.toMatchObject({
      code: 'platform-unsupported',
      message: expect.stringMatching(/Dockerfile:2: Cannot build for linux\/arm64: the base image docker-archive:/),
      place: { file: join(root, 'Dockerfile'), line: 2 },
    })
  })

  test('looks up the image of a named context, but not the image that it replaces', async () => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    const { host } = registry
    const dockerfile = `FROM ${host}/old:1\nCOPY --from=${host}/files . /\n`
    const plan = planOf({
      context: tempFolder(),
      'dockerfile-inline': dockerfile,
      'build-contexts': `${host}/old:1=docker-image://${host}/new:2\n${host}/files=.`,
      engine: 'embedded',
    })
    await expect(check(plan)).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining(`dockerfile-inline:1: Cannot find the base image ${host}/new:2`),
    })
    const asked = registry.journal.filter(({ kind }) => kind.startsWith('manifest'))
    expect(new Set(asked.map(({ repository }) => repository))).toEqual(new Set(['new']))
  })

  test('leaves a context that the builder fetches to the builder', async () => {
    const plan = planOf({ context: 'https://a.example/b.git' })
    await expect(check(plan)).resolves.toMatchObject({ bases: [] })
  })

  test('reports that a repository cannot be fetched, together with other problems', async () => {
    const { url } = await startGitServer(tempFolder(), { credentials: 'ann:s3cret' })
    const plan = planOf({ context: `${url}/app.git#main`, engine: 'embedded', 'secret-envs': 'token=NOT_SET' })
    const host = createTestHost({ env: { PATH: process.env['PATH'] }, tempDir: tempFolder() })
    onTestFinished(host.close)
    await expect(check(plan, clientOf(), host)).rejects.toMatchObject({
      message: expect.stringMatching(/^Preflight found 2 problems:.*Cannot fetch http.*Cannot pass the secret/s),
    })
  })

  test('opens and cancels one upload in each repository', async () => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    const names = [`${registry.host}/a`, `${registry.host}/b`].join(',')
    const context = tempFolder({ Dockerfile: '' })
    await check(planOf({ context, images: names, tags: '1, 2', push: 'true' }))
    const uploads = registry.journal.filter(({ kind }) => kind === 'upload-start' || kind === 'upload-cancel')
    expect(uploads.map(({ kind, repository }) => `${kind} ${repository}`).toSorted()).toEqual([
      'upload-cancel a',
      'upload-cancel b',
      'upload-start a',
      'upload-start b',
    ])
    expect(registry.store.uploads.size).toBe(0)
  })

  const unsupported = '{"errors":[{"code":"UNSUPPORTED","message":"the operation is unsupported"}]}'
  test.each([
    { name: '405', status: 405, body: '' },
    { name: '501', status: 501, body: '' },
    { name: '501 UNSUPPORTED', status: 501, body: unsupported },
    { name: '404', status: 404, body: '' },
    { name: '404 UNSUPPORTED', status: 404, body: unsupported },
    { name: '404 and a page', status: 404, body: '<html><h1>Not Found</h1></html>' },
  ])('reports that a registry does not support the check, and continues: $name', async ({ status, body }) => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    registry.misbehave({ on: 'upload-start', do: 'answer', status, body, times: Infinity })
    const host = hostOf()
    const context = tempFolder({ Dockerfile: '' })
    await check(planOf({ context, images: `${registry.host}/a`, tags: '1', push: 'true' }), clientOf(), host)
    expect(host.log.lines.join()).toContain(`could not ask ${registry.host} whether a can be pushed to`)
  })

  test.each([
    {
      name: 'distribution',
      status: 405,
      body: unsupported,
      code: 'registry-refused',
      hint: 'read-only, in maintenance mode',
    },
    {
      name: 'Quay',
      status: 405,
      body: '{"error":"System is currently read-only."}',
      code: 'registry-unavailable',
      hint: 'read-only or in maintenance mode',
    },
    {
      name: 'Harbor',
      status: 403,
      body: '{"errors":[{"code":"DENIED","message":"The system is in read only mode. Any modification is prohibited."}]}',
      code: 'registry-unavailable',
      hint: 'read-only or in maintenance mode',
    },
  ])('fails if the registry is read-only: $name', async ({ status, body, code, hint }) => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    registry.misbehave({ on: 'upload-start', do: 'answer', status, body, times: Infinity })
    const context = tempFolder({ Dockerfile: '' })
    const plan = planOf({ context, images: `${registry.host}/a`, tags: '1', push: 'true' })
    // Without credentials, a 403 suggests them first.
    const client = createTestClient({ username: 'u', password: 'p' })
    onTestFinished(client.close)
    await expect(check(plan, client)).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) })
  })

  test('fails if the registry reports that the repository does not exist', async () => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    const body = '{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}'
    registry.misbehave({ on: 'upload-start', do: 'answer', status: 404, body, times: Infinity })
    const context = tempFolder({ Dockerfile: '' })
    const plan = planOf({ context, images: `${registry.host}/a`, tags: '1', push: 'true' })
    await expect(check(plan)).rejects.toMatchObject({
      code: 'registry-refused',
      hint: expect.stringContaining(`Check that ${registry.host}/a exists`),
    })
  })

  test('sends no request to registries if nothing is pushed', async () => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    const context = tempFolder({ Dockerfile: '' })
    await check(planOf({ context, images: `${registry.host}/a`, tags: '1' }))
    expect(registry.journal).toEqual([])
  })

  test('rejects a push that the registry would reject', async () => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    registry.misbehave({ on: 'upload-start', do: 'answer', status: 403, times: 2 })
    const context = tempFolder({ Dockerfile: '' })
    const plan = planOf({ context, images: `${registry.host}/a`, tags: '1', push: 'true' })
    await expect(check(plan)).rejects.toMatchObject({ code: 'registry-denied' })
  })
})

describe('preflight() of base images', () => {
  const embedded = (context: string, more: Parameters<typeof inputsOf>[0] = {}) =>
    planOf({ context, engine: 'embedded', platforms: 'amd64,arm64', ...more })

  test('returns the image of each base for each platform, and reads no layer', async () => {
    const { registry, base, layers } = await registryWithBase(['linux/amd64', 'linux/arm64'])
    const context = tempFolder({ Dockerfile: `FROM ${base} AS a\nFROM scratch\nCOPY --from=a /x /\n` })
    const { bases } = await check(embedded(context))
    expect(bases.map(({ platform, line }) => `${platform.architecture} ${line}`)).toEqual(['amd64 1', 'arm64 1'])
    expect(new Set(bases.map(({ image }) => image.descriptor.digest)).size).toBe(2)
    expect(
      registry.journal.filter(({ kind, path }) => kind === 'blob-get' && layers.some((one) => path.includes(one))),
    ).toEqual([])
  })

  test('skips stages that the target does not need', async () => {
    const context = tempFolder({ Dockerfile: 'FROM 127.0.0.1:1/none:1 AS unused\nFROM scratch\nCOPY x /\n' })
    await expect(check(embedded(context))).resolves.toMatchObject({ bases: [] })
  })

  test('reports all problems at once, each with its line', async () => {
    const { registry, base } = await registryWithBase(['linux/amd64'])
    registry.misbehave({ on: 'upload-start', do: 'answer', status: 403, times: Infinity })
    const none = `${registry.host}/none:1`
    const context = tempFolder({
      Dockerfile: `FROM ${base} AS a\nFROM scratch\nCOPY --from=a /x /\nCOPY --from=${none} /y /\n`,
    })
    const plan = embedded(context, { images: `${registry.host}/app`, tags: '1', push: 'true' })
    const error = await check(plan).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'platform-unsupported', place: { line: 1 }, platform: 'linux/arm64' })
    const { message } = error as Error
    expect(message).toMatch(/^Preflight found 3 problems:\n/)
    expect(message).toContain(
      `Dockerfile:1: Cannot build for linux/arm64: the base image ${base} does not have this platform`,
    )
    expect(message).toContain(`Dockerfile:4: Cannot find the base image ${none}`)
    expect(message).toContain('(registry-denied)')
  })

  test('names the index of a digest that is the manifest of one platform', async () => {
    const { registry, base, image } = await registryWithBase(['linux/amd64', 'linux/arm64'])
    const [first] = image.tree.images
    const pinned = `${base}@${first?.manifest.digest}`
    const context = tempFolder({ Dockerfile: `FROM ${pinned}\n` })
    await expect(check(embedded(context))).rejects.toMatchObject({
      code: 'platform-unsupported',
      message: expect.stringContaining('is the image of one platform, linux/amd64'),
      hint: expect.stringContaining(image.tree.root.digest),
    })
    await expect(check(embedded(context, { platforms: 'amd64' }))).resolves.toMatchObject({ bases: [{ line: 1 }] })
    expect(registry.kinds()).toContain('manifest-get')
  })

  test('rejects RUN with the embedded engine before any request', async () => {
    const context = tempFolder({ Dockerfile: 'FROM 127.0.0.1:1/none:1\nRUN make\n' })
    await expect(check(embedded(context))).rejects.toMatchObject({ code: 'feature-missing', place: { line: 2 } })
  })

  test('with the embedded engine, reads ONBUILD of a base', async () => {
    const { registry, base } = await registryWithBase(['linux/amd64', 'linux/arm64'], ['1'], {
      OnBuild: [`COPY --from=127.0.0.1:1/none:1 /a /`, 'COPY --from=lib /b /'],
    })
    const context = tempFolder({ Dockerfile: `FROM ${registry.host}/other:1 AS lib\nFROM ${base}\n` })
    const error = await check(embedded(context)).catch((thrown) => thrown)
    expect(error.message).toContain('Dockerfile:1: Cannot find the base image')
    expect(error.message).toContain('Dockerfile:2: Cannot use the registry 127.0.0.1:1')
  })

  test('with the embedded engine, rejects RUN in ONBUILD of a base', async () => {
    const { base } = await registryWithBase(['linux/amd64', 'linux/arm64'], ['1'], { OnBuild: ['RUN make it'] })
    const context = tempFolder({ Dockerfile: `FROM scratch\nFROM ${base}\nCOPY x /\n` })
    await expect(check(embedded(context))).rejects.toMatchObject({
      code: 'feature-missing',
      message: expect.stringMatching(/Dockerfile:2: ONBUILD RUN make it$/),
      hint: expect.stringContaining('buildx'),
    })
  })

  test('with buildx, reports images that could not be checked and continues', async () => {
    const { registry, base } = await registryWithBase(['linux/amd64'])
    registry.misbehave({ on: 'manifest-get', do: 'answer', status: 503, times: Infinity })
    const host = hostOf()
    const context = tempFolder({ Dockerfile: `FROM ${base}\n` })
    await expect(check(planOf({ context }), clientOf(), host)).resolves.toMatchObject({ bases: [] })
    expect(host.log.lines.join('\n')).toContain(`could not look at the base image ${base}`)
  })

  test('with buildx, leaves a Dockerfile that it cannot read to BuildKit', async () => {
    const context = tempFolder({ Dockerfile: '# syntax=a.example/frontend\nnonsense here\n' })
    await expect(check(planOf({ context }))).resolves.toMatchObject({ reading: undefined })
  })

  test('with buildx too, rejects a Dockerfile whose variables grow without limit', async () => {
    const doubled = ['ARG A=xxxxxxxx', ...Array.from({ length: 30 }, () => 'ARG A=$A$A'), 'FROM scratch', 'LABEL a=$A']
    await expect(check(planOf({ context: tempFolder({ Dockerfile: doubled.join('\n') }) }))).rejects.toMatchObject({
      code: 'dockerfile-invalid',
      place: { line: 21 },
    })
  })

  test('with buildx too, rejects a base without the platform', async () => {
    const { base } = await registryWithBase(['linux/amd64'])
    const context = tempFolder({ Dockerfile: `FROM ${base}\n` })
    const host = createTestHost({ exec: async () => ({ ok: false, status: 1, stdout: '', stderr: 'No such image' }) })
    onTestFinished(host.close)
    const plan = planOf({ context, platforms: 'amd64,arm64' })
    await expect(check(plan, clientOf(), host)).rejects.toMatchObject({ code: 'platform-unsupported' })
  })

  test('with the docker driver, accepts a base that only the daemon has', async () => {
    const { registry } = await registryWithBase(['linux/amd64'])
    const context = tempFolder({ Dockerfile: `FROM ${registry.host}/made-before:1\n` })
    const { server } = await startDaemon({ 'GET /images/': { body: { Os: 'linux', Architecture: 'amd64' } } })
    const plan = makePlan(inputsOf({ context }), factsOf({ docker: server }))
    await expect(check(plan)).resolves.toMatchObject({ bases: [] })
  })

  const lacks = 'image with reference a:1 was found but does not provide the specified platform (linux/arm64)'

  test.each([
    { name: 'also has for it', store: 'containerd', status: 200, is: 'taken' },
    { name: 'lacks it', store: 'containerd', status: 404, is: 'refused' },
    { name: 'cannot be queried for', store: 'containerd', api: '1.45', status: 200, is: 'left to the builder' },
    { name: 'has for another platform', store: 'classic', status: 200, is: 'refused' },
  ] as const)(
    'for a foreign platform, a base that the $store store $name is $is',
    async ({ store, status, is, ...more }) => {
      const { registry } = await registryWithBase(['linux/amd64'])
      const context = tempFolder({ Dockerfile: `FROM ${registry.host}/made-before:1\n` })
      const { server } = await startDaemon({
        'GET /images/': ({ url = '' }, response) => {
          const platform = new URL(url, 'http://x').searchParams.get('platform')
          if (platform !== null) expect(JSON.parse(platform)).toEqual({ os: 'linux', architecture: 'arm64' })
          const body = { Os: 'linux', Architecture: 'amd64', message: lacks }
          response.writeHead(platform === null ? 200 : status).end(JSON.stringify(body))
        },
      })
      const host = hostOf()
      const facts = factsOf({ docker: { ...server, store, ...more } })
      const checked = check(makePlan(inputsOf({ context, platforms: 'arm64' }), facts), clientOf(), host)
      if (is === 'refused') await expect(checked).rejects.toMatchObject({ code: 'image-not-found' })
      else await expect(checked).resolves.toMatchObject({ bases: [] })
      expect(/could not look at the base image/.test(host.log.lines.join())).toBe(is === 'left to the builder')
    },
  )
})

describe('preflight() of tags', () => {
  const given = { tags: '1.2.3, latest', push: 'true' }

  /** A plan to push when `base:1.2.3` and `base:latest` already exist. */
  async function planWith(more: Parameters<typeof inputsOf>[0]) {
    const { registry, image } = await registryWithBase(['linux/amd64'], ['1.2.3', 'latest'])
    const context = tempFolder({ Dockerfile: 'FROM scratch\n' })
    return { registry, image, plan: planOf({ context, images: `${registry.host}/base`, ...given, ...more }) }
  }

  test('rejects a fixed tag that exists, and no moving one', async () => {
    const { registry, image, plan } = await planWith({ 'if-exists': 'fail' })
    await expect(check(plan)).rejects.toMatchObject({
      code: 'tag-exists',
      message: `Cannot write ${registry.host}/base:1.2.3: the tag already exists with digest ${image.tree.root.digest}`,
    })
  })

  test.each([
    { name: 'it is not updated', env: {}, how: 'skip', says: 'it will be skipped' },
    {
      name: 'an earlier attempt may have written it',
      env: { GITHUB_RUN_ATTEMPT: '2' },
      how: 'fail',
      says: 'attempt 2',
    },
  ])('reports that a fixed tag exists if $name', async ({ env, how, says }) => {
    const { plan } = await planWith({ 'if-exists': how })
    const host = createTestHost({ env })
    onTestFinished(host.close)
    await check(plan, clientOf(), host)
    expect(host.log.lines.join('\n')).toContain(says)
  })

  test.each([
    { name: 'if they may be overwritten', more: {} },
    { name: 'if nothing is pushed', more: { 'if-exists': 'fail', push: 'false' } },
  ])('looks up none $name', async ({ more }) => {
    const { registry, plan } = await planWith(more)
    const before = registry.journal.length
    await check(plan)
    expect(registry.journal.slice(before).filter(({ kind }) => kind.startsWith('manifest'))).toEqual([])
  })

  test('reports that a tag could not be checked, and continues', async () => {
    const { registry, plan } = await planWith({ 'if-exists': 'fail' })
    for (const on of ['manifest-head', 'manifest-get'] as const)
      registry.misbehave({ on, do: 'answer', status: 403, times: Infinity })
    const host = hostOf()
    await check(plan, clientOf(), host)
    expect(host.log.lines.join('\n')).toContain('could not check whether')
  })
})

describe('preflight() turned off', () => {
  const off = { preflight: 'false', push: 'true', 'if-exists': 'fail', tags: '1.2.3' }

  test('sends no request, but still reads the Dockerfile', async () => {
    const { registry, base } = await registryWithBase(['linux/amd64'], ['1.2.3'])
    const before = registry.journal.length
    const context = tempFolder({ Dockerfile: `FROM ${base}\n` })
    const { reading, bases } = await check(planOf({ context, images: `${registry.host}/base`, ...off }))
    expect(reading?.platforms).toHaveLength(1)
    expect(bases).toEqual([])
    expect(registry.journal.slice(before)).toEqual([])
  })

  test('still rejects RUN with the embedded engine', async () => {
    const context = tempFolder({ Dockerfile: 'FROM 127.0.0.1:1/none:1\nRUN make\n' })
    await expect(check(planOf({ context, engine: 'embedded', preflight: 'false' }))).rejects.toMatchObject({
      code: 'feature-missing',
    })
  })
})

describe('preflight() of emulators', () => {
  const near = builderOf({ driver: 'docker-container', name: 'near' })
  const inspect = (platforms: string) => async () => ({
    ok: true,
    status: 0,
    stdout: `Name: far\nDriver: remote\n\nNodes:\nName: far0\nPlatforms: ${platforms}\n`,
    stderr: '',
  })
  const far = builderOf({ name: 'far', driver: 'remote', natives: ['linux/amd64'] })

  test.each([
    { name: 'offers', offers: 'linux/amd64, linux/arm64', missing: [] },
    { name: 'does not offer', offers: 'linux/amd64', missing: [2] },
  ])('uses the list that a remote builder $name, and is never certain', async ({ offers, missing }) => {
    const plan = makePlan(inputsOf({ platforms: 'amd64, arm64' }), factsOf({ builder: far }))
    const context = tempFolder({ Dockerfile: 'FROM scratch\nRUN make\n' })
    const host = createTestHost({ exec: inspect(offers) })
    onTestFinished(host.close)
    const { emulations } = await check({ ...plan, build: { ...plan.build, context } }, clientOf(), host)
    expect(emulations).toMatchObject([
      {
        foreign: [{ runs: [{ line: 2 }] }],
        missing: missing.map((line) => ({ runs: [{ line }], certain: false })),
        env: undefined,
      },
    ])
  })

  test('checks nothing if no step runs on a foreign platform', async () => {
    const plan = makePlan(inputsOf({ platforms: 'amd64, arm64' }), factsOf({ builder: far }))
    const context = tempFolder({ Dockerfile: 'FROM --platform=$BUILDPLATFORM scratch\nRUN make\n' })
    const host = createTestHost({ exec: () => Promise.reject(new Error('nothing is to be run')) })
    onTestFinished(host.close)
    const { emulations } = await check({ ...plan, build: { ...plan.build, context } }, clientOf(), host)
    expect(emulations).toEqual([])
  })

  test.each([
    { emulators: 'arm64, amd64, s390x', missing: ['arm64', 's390x'] },
    { emulators: 'auto', missing: [] },
    { emulators: 'off', missing: [] },
  ])('are checked if `emulators` is $emulators, whatever the Dockerfile runs', async ({ emulators, missing }) => {
    const context = tempFolder({ Dockerfile: 'FROM scratch\n' })
    const facts = factsOf({ builder: builderOf({ natives: ['linux/amd64'] }) })
    const host = createTestHost({ exec: inspect('linux/amd64') })
    onTestFinished(host.close)
    const { emulations } = await check(makePlan(inputsOf({ emulators, context }), facts), clientOf(), host)
    const found = emulations.flatMap((one) => one.missing.map(({ platform }) => platform.architecture))
    expect(found).toEqual(missing)
  })

  const endpoint = {
    host: 'ssh://far.example',
    context: 'far',
    because: 'x',
    env: { DOCKER_HOST: 'ssh://far.example' },
  }
  test.each([
    { name: 'the embedded engine', given: { engine: 'embedded' }, builder: builderOf(), context: true },
    { name: 'a remote builder', given: {}, builder: far, context: true },
    { name: 'a context that only the builder reads', given: {}, builder: far, context: false },
    {
      name: 'a builder with a native node',
      given: {},
      builder: { ...near, natives: ['linux/amd64', 'linux/arm64'] },
      context: true,
    },
  ])('are checked if the smoke test runs, with $name', async ({ given, builder, context }) => {
    const facts = factsOf({ docker: serverOf({ endpoint }), builder })
    const inputs = { platforms: 'amd64, arm64', 'smoke-test': 'true', ...given }
    const root = context ? tempFolder({ Dockerfile: 'FROM scratch\n' }) : 'https://a.example/b.git'
    const host = createTestHost({ exec: inspect('linux/amd64, linux/arm64') })
    onTestFinished(host.close)
    const { emulations } = await check(makePlan(inputsOf({ ...inputs, context: root }), facts), clientOf(), host)
    const arm64 = { platform: { architecture: 'arm64' }, runs: [], smokeTested: true, certain: false }
    expect(emulations).toMatchObject([{ missing: [arm64], registered: undefined, env: endpoint.env }])
  })
})

test('checkSpace() warns about each directory with too little space, in bytes, and about none with enough', async () => {
  const dataRoot = tempFolder()
  const plan = makePlan(inputsOf({}), factsOf({ docker: serverOf({ local: { dataRoot } }) }))
  const host = createTestHost({ tempDir: tempFolder() })
  onTestFinished(host.close)
  await checkSpace({ plan, host }, 1)
  expect(host.log.lines.filter((line) => line.includes('are free'))).toEqual([])
  await checkSpace({ plan, host }, Number.POSITIVE_INFINITY)
  const warnings = host.log.lines.filter((line) => line.includes('are free'))
  expect(warnings).toEqual([
    expect.stringMatching(new RegExp(`\\(\\d+ bytes\\) are free in ${host.tempDir}`)),
    expect.stringMatching(new RegExp(`\\(\\d+ bytes\\) are free in ${dataRoot}`)),
  ])
})

test('checkSpace() continues if it cannot determine the space', async () => {
  const plan = makePlan(inputsOf({}), factsOf({ docker: serverOf({ local: { dataRoot: '/nonexistent' } }) }))
  const host = createTestHost({ tempDir: tempFolder() })
  onTestFinished(host.close)
  await expect(checkSpace({ plan, host }, Number.POSITIVE_INFINITY)).resolves.toBeUndefined()
  expect(host.log.lines.join('\n')).not.toContain('/nonexistent')
})

/** A registry that has `base:1`, or `base` under other tags. */
async function registryWithBase(
  platforms: readonly string[],
  tags: readonly string[] = ['1'],
  execution: Execution = {},
) {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  const image = await randomImage(createRandom(1), platforms, execution)
  const client = clientOf()
  const base = { registry: registry.host, repository: 'base' }
  for (const blob of image.tree.blobs) {
    await client.pushBlob(base, blob, (start) => Readable.from([image.content.get(blob.digest)?.subarray(start)]))
  }
  for (const { descriptor, bytes } of image.tree.documents) {
    const names = descriptor.digest === image.tree.root.digest ? tags : [descriptor.digest]
    for (const name of names) await client.putManifest(base, name, bytes, descriptor.mediaType)
  }
  const layers = image.tree.images.flatMap(({ layers }) => layers.map(({ digest }) => digest))
  return { registry, image, layers, base: `${registry.host}/base:1` }
}
