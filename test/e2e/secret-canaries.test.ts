import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { makeRepository, startGitServer } from '../support/git-server.ts'
import { startRegistry } from '../support/registry.ts'
import { tempFolder } from '../support/temp.ts'
import { createJob, type Job, runStep, type StepResult } from './support/action.ts'
import { missing, part, rig } from './support/rig.ts'

// A separate value in every place that may contain a secret, and a search for each of them in everything that is stored or shown.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const canary = (name: string) => `hunter-${name}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`
const secretTexts = {
  password: canary('password'),
  token: canary('token'),
  value: canary('value'),
  variable: canary('variable'),
  filed: canary('filed'),
  git: `${canary('git')}@/%`,
  named: canary('named'),
  added: canary('added'),
  fetched: canary('fetched'),
  option: canary('option'),
  proxy: canary('proxy'),
  configured: canary('configured'),
  runtime: canary('runtime'),
}

/** The encodings that reveal the value: plain, URL-encoded, and Base64 at each offset within a group of three. */
const needles = Object.entries(secretTexts).flatMap(([name, text]) =>
  [
    text,
    encodeURIComponent(text),
    ...[0, 1, 2].map((shift) => {
      const whole = Buffer.from(`${'x'.repeat(shift)}${text}`).toString('base64')
      // The first and last characters depend on the neighboring bytes.
      return whole.slice(shift === 0 ? 0 : 4, -4)
    }),
  ].map((needle) => ({ name, needle })),
)

/** The names of the secrets that a text reveals. */
function found(text: string): readonly string[] {
  return [...new Set(needles.filter(({ needle }) => text.includes(needle)).map(({ name }) => name))].sort()
}

function linesWithSecrets({ log, post, summary, outputs }: StepResult): readonly string[] {
  const all = [log, post.log, summary, JSON.stringify(outputs)].join('\n').split('\n')
  return all.filter((line) => found(line).length > 0 && !line.startsWith('::add-mask::'))
}

/** Wrappers for the programs of Docker and Git that record their arguments and environment. */
function watchPrograms(folder: string, path: string): { readonly bin: string; readonly seen: () => string } {
  const bin = join(folder, 'watched')
  const notes = join(folder, 'seen')
  mkdirSync(bin, { recursive: true })
  mkdirSync(notes)
  const find = (name: string) =>
    [rig.plugins ?? '', ...path.split(':')].map((place) => join(place, name)).find((candidate) => existsSync(candidate))
  for (const name of ['docker', 'docker-buildx', 'git']) {
    const real = find(name)
    if (real === undefined) continue
    const script = `#!/bin/sh\n{ for arg; do printf '%s\\n' "$arg"; done; env; } > ${notes}/${name}.$$\nexec ${real} "$@"\n`
    writeFileSync(join(bin, name), script)
    chmodSync(join(bin, name), 0o755)
  }
  return {
    bin,
    seen: () =>
      readdirSync(notes)
        .map((name) => readFileSync(join(notes, name), 'utf8'))
        .join('\n'),
  }
}

/** Files below the job's directory that contain a secret. */
function filesWithSecrets(job: Job, except: (path: string) => boolean): readonly string[] {
  return readdirSync(join(job.workspace, '..'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !except(path) && found(readFileSync(path, 'latin1')).length > 0)
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

async function startFileServer(authorization: string): Promise<string> {
  const server = createServer((request, response) => {
    if (request.headers.authorization === authorization) response.end('fetched\n')
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="files"' }).end()
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const engines = [
  { engine: 'buildx', needs: ['docker', 'base'], more: { provenance: 'mode=max', sbom: 'false' } },
  { engine: 'embedded', needs: [], more: {} },
] as const

describe.each(engines)('with the engine $engine', ({ engine, needs, more }) => {
  it.skipIf(missing(...needs))('no secret of any input is shown, stored, published or passed to a child', async () => {
    const root = tempFolder()
    makeRepository(root, 'app.git', { Dockerfile: 'FROM scratch\n', 'app.txt': 'app\n' })
    makeRepository(root, 'lib.git', { 'lib.txt': 'lib\n' })
    makeRepository(root, 'add.git', { 'add.txt': 'add\n' })
    const [app, lib, add] = await Promise.all(
      [secretTexts.git, secretTexts.named, secretTexts.added].map((word) =>
        startGitServer(root, { credentials: `me:${word}` }),
      ),
    )
    const files = await startFileServer(basic('me', secretTexts.fetched))
    const registry = await startRegistry({
      auth: { kind: 'basic', username: 'pusher', password: secretTexts.password },
    })
    onTestFinished(registry.close)
    const at = (url = '', word: string) => url.replace('://', `://me:${encodeURIComponent(word)}@`)

    const run = engine === 'buildx' ? 'RUN --mount=type=secret,id=value --mount=type=secret,id=variable true\n' : ''
    const dockerfile = `FROM ${engine === 'buildx' ? part('base') : 'scratch'}
COPY app.txt /app/
COPY --from=lib lib.txt /lib/
ADD ${at(add?.url, secretTexts.added)}/add.git /add/
ADD http://me:${secretTexts.fetched}@${files}/file /fetched
${run}`
    const job = createJob(
      { filed: secretTexts.filed },
      {
        DOCKER_HOST: engine === 'buildx' ? part('docker').host : 'unix:///nonexistent.sock',
        SECRET_VARIABLE: secretTexts.variable,
        RUNNER_DEBUG: '1',
        ACTIONS_STEP_DEBUG: 'true',
        ACTIONS_RUNTIME_TOKEN: secretTexts.runtime,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: secretTexts.runtime,
        HTTP_PROXY: `http://me:${secretTexts.proxy}@127.0.0.1:9`,
        NO_PROXY: '127.0.0.1,localhost',
      },
    )
    jobs.push(job)
    const { bin, seen } = watchPrograms(join(root, 'watch'), job.env['PATH'] ?? '')
    const config = join(job.home, '.docker', 'config.json')
    const plugins = engine === 'buildx' ? [bin] : []
    const auth = Buffer.from(`me:${secretTexts.configured}`).toString('base64')
    writeFileSync(config, JSON.stringify({ cliPluginsExtraDirs: plugins, auths: { 'other.example': { auth } } }))

    const inputs = {
      engine,
      images: `${registry.host}/e2e/canaries`,
      tags: '1',
      push: 'true',
      registry: registry.host,
      username: 'pusher',
      password: secretTexts.password,
      'github-token': secretTexts.token,
      context: `${at(app?.url, secretTexts.git)}/app.git#main`,
      'build-contexts': `lib=${at(lib?.url, secretTexts.named)}/lib.git#main`,
      'dockerfile-inline': dockerfile,
      secrets: `value=${secretTexts.value}`,
      'secret-envs': 'variable=SECRET_VARIABLE',
      'secret-files': 'filed=filed',
      'no-cache': 'true',
      ...more,
    }
    const env = { ...job.env, PATH: `${bin}:${job.env['PATH']}` }
    const step = await runStep({ ...job, env }, inputs)

    expect(step, step.log).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
    expect(linesWithSecrets(step)).toEqual([])
    for (const server of [app, lib, add]) {
      expect(server?.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(true)
    }

    // Children receive the user's environment, and nothing of an input.
    const children = seen()
    expect(children).toContain('PATH=')
    expect(found(children)).toEqual(['proxy', 'variable'])
    expect(children).not.toMatch(/^INPUT_/m)

    // Published content: every blob and manifest, with layers decompressed.
    const { blobs, manifests } = registry.store
    const published = [
      ...[...blobs.values()].flatMap((stored) => [...stored.values()]),
      ...[...manifests.values()].flatMap((stored) => [...stored.values()].map(({ bytes }) => bytes)),
    ].filter((bytes) => bytes !== undefined)
    const texts = published.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1'))
    expect(texts.length).toBeGreaterThan(3)
    expect(texts.some((text) => text.includes('add.txt'))).toBe(true)
    expect(texts.flatMap(found)).toEqual([])
    if (engine === 'buildx') expect(texts.some((text) => text.includes('slsa.dev/provenance'))).toBe(true)

    // Files on the disk: only the workspace's own file and the user's configuration.
    expect(filesWithSecrets(job, (path) => path === config || path.endsWith('/workspace/filed'))).toEqual([])
  })
})

describe.skipIf(missing('docker', 'base'))('options of a driver', () => {
  it('are not shown', async () => {
    const job = createJob({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }, { DOCKER_HOST: part('docker').host })
    jobs.push(job)
    const option = `env.HTTP_PROXY=http://me:${secretTexts.option}@127.0.0.1:9`
    const step = await runStep(job, {
      driver: 'docker-container',
      'driver-opts': `image=${rig.builderImage ?? 'none.example/none'}\nnetwork=host\n${option}`,
      platforms: 'amd64',
      outputs: 'type=cacheonly',
      retries: '0',
    })
    expect(step.leftovers).toEqual([])
    expect(linesWithSecrets(step)).toEqual([])
    expect(step.log).toContain(`::add-mask::${secretTexts.option}`)
  })
})

describe('a broken configuration of Docker', () => {
  it('is reported without its content, and the build continues', async () => {
    const job = createJob(
      { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' },
      { DOCKER_HOST: 'unix:///nonexistent.sock' },
    )
    jobs.push(job)
    const auth = Buffer.from(`me:${secretTexts.configured}`).toString('base64')
    writeFileSync(join(job.home, '.docker', 'config.json'), `{"auths":{"ghcr.io":{"auth":"${auth}"}`)
    const step = await runStep(job, { outputs: 'out', load: 'false' })
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expect(step.log).toContain('config.json: it is not valid JSON. It is ignored')
    expect(linesWithSecrets(step)).toEqual([])
    expect(step.log).not.toContain(auth.slice(0, 12))
  })
})
