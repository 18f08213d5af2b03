import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toActionError } from '../../src/errors/action-error.ts'
import { declareOutputs } from '../../src/report/declared-outputs.ts'
import { reportFailure } from '../../src/report/failure.ts'
import { outputRows } from '../../src/report/output-rows.ts'
import { run } from '../../src/run.ts'
import type { FaultAction, RequestKind } from '../support/fault.ts'
import { startFileServer } from '../support/file-server.ts'
import { makeRepository, startGitServer } from '../support/git-server.ts'
import { foreignCommands, hostile, hostileHeader, hostileLine, mark } from '../support/hostile.ts'
import { randomImage } from '../support/image.ts'
import { createPrintedHost } from '../support/printed-host.ts'
import { createRandom } from '../support/random.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { foreignElements, render } from '../support/rendered.ts'
import { readAsRunner } from '../support/runner-commands.ts'
import { seededPart } from '../support/seeded-part.ts'
import { tempFolder, writeProgram } from '../support/temp.ts'

// Text from outside reaches the log, annotations and the summary through every channel, and no runner interprets it as a command.

type Files = Readonly<Record<string, string>>
type Given = {
  readonly inputs: Files
  readonly env?: Files
  readonly files?: Files
  readonly prepare?: (root: string) => void
}
type Step = { readonly printed: string; readonly outputs: Files; readonly summary: string; readonly code: string }

/** Runs a complete step as main does, and reads its results. */
async function step({ inputs, env = {}, files = {}, prepare }: Given): Promise<Step> {
  const root = tempFolder({ 'temp/': '', 'home/.docker/': '', 'work/': '', output: '', summary: '' })
  for (const [name, text] of Object.entries({ Dockerfile: 'FROM scratch\nCOPY hello /\n', hello: 'hello', ...files })) {
    mkdirSync(join(root, 'work', name, '..'), { recursive: true })
    writeFileSync(join(root, 'work', name), text)
  }
  prepare?.(root)
  const host = createPrintedHost(
    {
      PATH: `${root}/bin:${process.env['PATH']}`,
      HOME: join(root, 'home'),
      RUNNER_TEMP: join(root, 'temp'),
      GITHUB_WORKSPACE: join(root, 'work'),
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_OUTPUT: join(root, 'output'),
      GITHUB_STEP_SUMMARY: join(root, 'summary'),
      DOCKER_HOST: `unix://${root}/docker.sock`,
      ...env,
    },
    join(root, 'temp'),
  )
  onTestFinished(host.close)
  const { runner, writeRest } = declareOutputs(host.runner)
  // Without SOURCE_DATE_EPOCH, each step starts git for the time of the commit.
  const defaults = { context: join(root, 'work'), engine: 'embedded', 'build-args': 'SOURCE_DATE_EPOCH=1' }
  const given: Files = { ...defaults, ...inputs }
  try {
    await run({ ...host, runner }, (name) => given[name] ?? '')
  } catch (error) {
    reportFailure(toActionError(error), { log: host.log, runner })
  }
  writeRest()
  // Later results of the step still apply.
  host.runner.notice('the end')
  const outputs = Object.fromEntries(
    [...readFileSync(join(root, 'output'), 'utf8').matchAll(/^(\S+)<<(ghadelimiter_\S*)\n([\s\S]*?)\n\2$/gm)].map(
      ([, name = '', , value = '']) => [name, value],
    ),
  )
  return {
    printed: host.printed(),
    outputs,
    summary: readFileSync(join(root, 'summary'), 'utf8'),
    code: outputs['error-code'] ?? '',
  }
}

/** The rules for every source: the text is shown, unless it is `hidden`, and has no effect. */
function expectHarmless({ printed, outputs, summary }: Step, hidden = false): void {
  if (!hidden) expect(printed).toContain(mark)
  expect(foreignCommands(printed)).toEqual([])
  expect(readAsRunner(printed).commands.at(-1)).toMatchObject({ name: 'notice', data: 'the end' })
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(outputRows).sort())
  expect(foreignElements(render(summary))).toEqual([])
}

async function registryOf(): Promise<TestRegistry> {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  return registry
}

/** A registry with the image `base:1`, whose configuration is `execution`. */
async function withBase(registry: TestRegistry, execution: Parameters<typeof randomImage>[2] = {}): Promise<void> {
  const { tree, content } = await randomImage(createRandom(1), ['linux/amd64'], execution)
  registry.store.blobs.set('base', new Map(content))
  for (const { descriptor, bytes } of tree.documents) {
    registry.store.putManifest('base', descriptor.digest, descriptor.mediaType, Buffer.from(bytes))
  }
  const root = tree.documents.at(-1)
  if (root) registry.store.putManifest('base', '1', root.descriptor.mediaType, Buffer.from(root.bytes))
}

async function serverOf(listener: RequestListener, path?: string): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(
    (resolve) => void (path ? server.listen(path, resolve) : server.listen(0, '127.0.0.1', resolve)),
  )
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address ? `127.0.0.1:${address.port}` : ''
}

const always = 1000
const json = JSON.stringify({ errors: [{ code: hostileLine, message: hostile, detail: { why: hostile } }] })
const html = `<html><head><title>${hostile}</title></head><body><h1>${hostile}</h1></body></html>`
const based = 'FROM BASE\nCOPY --link hello /\n'

describe('an answer of a registry', () => {
  const kinds: readonly { readonly on: RequestKind; readonly path?: string }[] = [
    { on: 'upload-start' },
    { on: 'upload-put' },
    { on: 'manifest-put' },
    { on: 'manifest-put', path: 'manifests/1.2.3' },
    { on: 'manifest-get', path: '/base/' },
    { on: 'blob-get', path: '/base/' },
  ]
  const answers: readonly { readonly name: string; readonly hidden?: true; readonly answer: FaultAction }[] = [
    { name: 'a denial in JSON', answer: { do: 'answer', status: 403, body: json } },
    { name: 'an outage in JSON', answer: { do: 'answer', status: 503, body: json } },
    { name: 'a page', answer: { do: 'answer', status: 500, headers: { 'content-type': 'text/html' }, body: html } },
    { name: 'a text', answer: { do: 'answer', status: 400, headers: { 'content-type': 'text/plain' }, body: hostile } },
    {
      name: 'headers',
      hidden: true,
      answer: {
        do: 'answer',
        status: 401,
        body: json,
        headers: {
          'www-authenticate': `Bearer realm="http://127.0.0.1:1/${hostileHeader}",service="${hostileHeader}",scope="${hostileHeader}"`,
          'docker-distribution-api-version': hostileHeader,
          warning: `299 - "${hostileHeader}"`,
          'retry-after': hostileHeader,
        },
      },
    },
    {
      name: 'a redirect',
      hidden: true,
      answer: { do: 'answer', status: 307, body: json, headers: { location: `foo:${hostileHeader}` } },
    },
  ]
  const rows = kinds.flatMap((kind) => answers.map((answer) => ({ ...kind, ...answer })))
  // Every fifth of six answers: another answer of each kind of request.
  it.each(seededPart(rows, 5))('is text: $name to $on $path', async ({ on, path, answer, hidden = false }) => {
    const registry = await registryOf()
    await withBase(registry)
    registry.misbehave({ ...answer, on, times: always, ...(path === undefined ? {} : { path }) })
    const ended = await step({
      inputs: { images: `${registry.host}/app`, tags: '1.2.3, latest', push: 'true' },
      files: { Dockerfile: based.replace('BASE', `${registry.host}/base:1`) },
    })
    expect(ended.code).not.toBe('')
    expectHarmless(ended, hidden)
  })

  it.each([
    { name: 'a token server that denies', status: 403 },
    { name: 'a token server that is down', status: 503 },
  ])('is text: $name', async ({ status }) => {
    const token = await serverOf((_, response) => void response.writeHead(status).end(json))
    const registry = await registryOf()
    registry.misbehave({
      on: 'upload-start',
      times: always,
      do: 'answer',
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="http://${token}/token",service="x",scope="repository:app:push"` },
    })
    expectHarmless(await step({ inputs: { images: `${registry.host}/app`, tags: '1', push: 'true' } }))
  })

  it.each([
    { name: 'a variable', execution: { Env: [`X=${hostile}`] }, use: 'COPY $X /', hidden: false },
    {
      name: 'a label',
      execution: { Labels: { [hostile]: hostile } },
      use: 'COPY --link hello /',
      hidden: true,
    },
    { name: 'a trigger', execution: { OnBuild: [`RUN ${hostile}`] }, use: 'COPY hello /', hidden: false },
    { name: 'a command', execution: { OnBuild: [hostile] }, use: 'COPY hello /', hidden: false },
  ])('is text: $name of a base image', async ({ execution, use, hidden }) => {
    const registry = await registryOf()
    await withBase(registry, execution)
    expectHarmless(
      await step({
        inputs: { images: `${registry.host}/app`, tags: '1', push: 'true' },
        files: { Dockerfile: `FROM ${registry.host}/base:1\n${use}\n` },
      }),
      hidden,
    )
  })
})

describe('a text of the user or of the event', () => {
  it.each<Partial<Given> & { readonly name: string; readonly hidden?: true }>([
    { name: 'a platform', inputs: { platforms: hostile } },
    { name: 'a tag', inputs: { images: 'a.example/b', tags: hostile } },
    { name: 'a list that is not CSV', inputs: { tags: `"${hostile}` }, hidden: true },
    { name: 'a mapping that is not YAML', inputs: { 'smoke-test': `env: {\n${hostile}: [` }, hidden: true },
    { name: 'a mapping with an unknown key', inputs: { 'smoke-test': `env: {}\n"${hostileLine}": 1` } },
    { name: 'an engine', inputs: { engine: hostileLine } },
    { name: 'a context', inputs: { context: hostileLine } },
    { name: 'a file', inputs: { file: hostile } },
    {
      name: 'an input that does not exist',
      env: { [`INPUT_${mark.toUpperCase()} ${hostileLine}`]: hostile },
      inputs: { tags: hostile },
    },
    { name: 'a branch', env: { GITHUB_REF: `refs/heads/${hostile}` }, inputs: { images: 'A.example/b', push: 'true' } },
    { name: 'a Dockerfile', files: { Dockerfile: `FROM scratch\n${hostile}` }, hidden: true },
    { name: 'an instruction that cannot be executed', files: { Dockerfile: `FROM scratch\nRUN ${hostileLine}\n` } },
    {
      name: 'a missing file',
      files: { Dockerfile: `FROM scratch\nCOPY ["::error file=${mark}::${mark}##[${mark}", "/"]\n` },
    },
    { name: 'a stage', files: { Dockerfile: `FROM scratch\nCOPY --from=${mark}##[set-output]${mark} a /\n` } },
    {
      name: 'a build check',
      files: { Dockerfile: `FROM scratch\nCMD ${hostileLine}\nCMD ${hostileLine}\n` },
      hidden: true,
    },
    { name: 'an argument', inputs: { 'build-args': `${mark}##[add-mask]${mark}=1\n::debug::=2` } },
    { name: 'a label', inputs: { labels: `${hostileLine}=1\n"`, images: `name=${hostileLine}` } },
    {
      name: 'an output',
      inputs: { outputs: `type=local,dest=out/${mark}##[add-mask]${mark}` },
    },
  ])('is text: $name', async ({ inputs = {}, hidden, ...more }) => {
    expectHarmless(await step({ inputs, ...more }), hidden)
  })

  it('is text: a file name in the context and in an output', async () => {
    const name = `${hostileLine.replaceAll('/', '-')}\n::error file=${mark}::x\r##[set-output name=x]${mark}`
    const ended = await step({
      inputs: { outputs: `type=local,dest=out\n"type=tar,dest=${mark}##[set-output name=a]b"` },
      files: { [name]: 'x', Dockerfile: 'FROM scratch\nCOPY . /\n' },
    })
    expectHarmless(ended)
  })
})

describe('the output of a program or a server', () => {
  it.each([
    { name: 'a rejection', body: `x${hostile}`, status: 404 },
    { name: 'an outage', body: `x${hostile}`, status: 503 },
  ])('is text: $name of a server that ADD asks', async ({ body, status }) => {
    const server = await startFileServer((response, path) => {
      response.writeHead(status, hostileHeader).end(path + body)
    })
    onTestFinished(server.close)
    const dockerfile = `FROM scratch\nADD ${server.url}/${mark}##[add-mask]${mark} /\n`
    expectHarmless(await step({ inputs: { outputs: 'out' }, files: { Dockerfile: dockerfile } }))
  })

  it('is text: the remote of a Git context', async () => {
    const line = `ERR ${hostileLine}${hostile}`
    const server = await startFileServer((response) => {
      const packet = (text: string) => (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
      response.end(`${packet('# service=git-upload-pack\n')}0000${packet(line)}`)
    })
    onTestFinished(server.close)
    expectHarmless(await step({ inputs: { context: `${server.url}/a.git`, outputs: 'out' } }))
  })

  it('is text: the names in a Git repository', async () => {
    const root = tempFolder()
    makeRepository(root, 'a.git', { Dockerfile: `FROM scratch\nCOPY x /\n# ${hostileLine}\n` })
    const server = await startGitServer(root)
    const context = `${server.url}/a.git#${mark}##[add-mask]${mark}:${mark}##[set-output]${mark}`
    expectHarmless(await step({ inputs: { context, outputs: 'out' } }))
  })

  it.each([
    { name: 'error', script: `cat "$HOME/hostile"; cat "$HOME/hostile" >&2; exit 1` },
    { name: 'answer', script: `cat "$HOME/hostile"` },
  ])('is text: the $name of a credential helper', async ({ script }) => {
    const registry = await registryOf()
    registry.misbehave({
      on: 'upload-start',
      do: 'answer',
      status: 401,
      times: always,
      body: json,
      headers: { 'www-authenticate': 'Basic realm="x"' },
    })
    const ended = await step({
      inputs: { images: `${registry.host}/app`, tags: '1', push: 'true' },
      prepare: (root) => {
        writeFileSync(join(root, 'home/hostile'), hostile)
        writeFileSync(
          join(root, 'home/.docker/config.json'),
          JSON.stringify({ credHelpers: { [registry.host]: 'evil' } }),
        )
        mkdirSync(join(root, 'bin'))
        writeProgram(join(root, 'bin/docker-credential-evil'), script)
      },
    })
    expectHarmless(ended)
  })

  it('is text: a proxy that rejects', async () => {
    const proxy = await serverOf((_, response) => void response.writeHead(503, hostileHeader).end(json))
    const ended = await step({
      inputs: { outputs: 'out' },
      env: { HTTP_PROXY: `http://${proxy}`, http_proxy: `http://${proxy}` },
      files: { Dockerfile: `FROM scratch\nADD http://a.example/${mark} /\n` },
    })
    expectHarmless(ended)
  })

  it('is text: the daemon', async () => {
    const root = tempFolder()
    const socket = join(root, 'docker.sock')
    await serverOf((_, response) => void response.writeHead(500).end(hostile), socket)
    await new Promise<void>((done) => connect(socket).once('connect', done).end())
    const ended = await step({
      inputs: { load: 'true', images: 'a.example/b', tags: '1' },
      env: { DOCKER_HOST: `unix://${socket}` },
    })
    expectHarmless(ended)
  })

  it('is text: all output of buildx and BuildKit', async () => {
    const root = tempFolder()
    const socket = join(root, 'docker.sock')
    const version = JSON.stringify({ Version: '28.5.2', Os: 'linux', Arch: 'amd64', Components: [{ Name: hostile }] })
    const info = JSON.stringify({ DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] })
    await serverOf((request, response) => void response.end(request.url?.endsWith('/info') ? info : version), socket)
    const digest = `sha256:${'a'.repeat(64)}`
    const log = (text: string) => Buffer.from(text).toString('base64')
    const status = [
      { vertexes: [{ digest, name: `[1/2] RUN ${hostile}`, started: '2026-01-01T00:00:00Z' }] },
      {
        logs: [
          { vertex: digest, stream: 1, data: log(`${hostile}\n`) },
          { vertex: digest, stream: 2, data: log(hostileLine) },
        ],
      },
      { warnings: [{ vertex: digest, level: 1, short: log(hostile), detail: [log(hostile)], url: hostile }] },
      {
        vertexes: [
          {
            digest,
            name: `[1/2] RUN ${hostile}`,
            started: '2026-01-01T00:00:00Z',
            completed: '2026-01-01T00:00:01Z',
            error: hostile,
          },
        ],
      },
    ]
    const ended = await step({
      inputs: { engine: 'buildx', images: 'a.example/b', tags: '1', load: 'true' },
      env: { DOCKER_HOST: `unix://${socket}` },
      files: { Dockerfile: 'FROM scratch\nCOPY hello /\n' },
      prepare: (folder) => {
        writeFileSync(join(folder, 'home/status'), status.map((one) => JSON.stringify(one)).join('\n'))
        writeFileSync(join(folder, 'home/hostile'), hostile)
        mkdirSync(join(folder, 'home/.docker/cli-plugins'), { recursive: true })
        const script = `case "$*" in *build*--progress*|build*) cat "$HOME/status" "$HOME/hostile" >&2; cat "$HOME/hostile"; exit 1;; *) cat "$HOME/hostile" >&2; exit 1;; esac`
        writeProgram(join(folder, 'home/.docker/cli-plugins/docker-buildx'), script)
      },
    })
    expectHarmless(ended)
    expect(ended.printed).toContain('RUN x')
  })

  it('is text: a builder and the output of buildx about it', async () => {
    const ended = await step({
      inputs: { engine: 'buildx', builder: hostileLine, images: 'a.example/b', tags: '1' },
      prepare: (folder) => {
        writeFileSync(join(folder, 'home/hostile'), hostile)
        mkdirSync(join(folder, 'home/.docker/cli-plugins'), { recursive: true })
        writeProgram(join(folder, 'home/.docker/cli-plugins/docker-buildx'), 'cat "$HOME/hostile" >&2; exit 1')
      },
    })
    expectHarmless(ended)
  })
})
