import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { credentialsFolder, runWorkflow, userConfig } from './support/act.ts'
import { createJob, type Job } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const machines = { 'linux/amd64': 'x86_64', 'linux/arm64': 'aarch64', 'linux/arm/v7': 'armv7l' }

describe.skipIf(missing('act', 'docker', 'basic', 'base', 'emulated'))('examples/workflow.yml, run by act', () => {
  it('publishes three platforms that run, passes on the digest, and leaves nothing behind', async () => {
    const { host, username, password } = part('basic')
    const dockerfile = `FROM ${part('base')}\nRUN uname -m > /machine\n`
    const job = createJob({ Dockerfile: dockerfile }, { DOCKER_HOST: part('docker').host })
    jobs.push(job)
    const before = userConfig(job)

    const { status, log } = runWorkflow(job, {
      vars: { REGISTRY: host, REGISTRY_USERNAME: username },
      secrets: { REGISTRY_PASSWORD: password },
    })
    expect(log).toContain('Job succeeded')
    expect(status).toBe(0)

    const name = `${host}/acme/app`
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const published = await pull(name, 'main', { authorization })
    expect(log).toContain(`| Deploy ${name}@${published.digest}`)
    expect(published.platforms.map(({ platform }) => platform)).toEqual(Object.keys(machines))

    const config = credentialsFolder(job, { host, username, password })
    const image = `${name}@${published.digest}`
    for (const [platform, machine] of Object.entries(machines)) {
      const run = docker(
        config,
        'run',
        '--rm',
        '--network=none',
        `--platform=${platform}`,
        image,
        'sh',
        '-c',
        'cat /machine && uname -m',
      )
      expect(run).toMatchObject({ status: 0, stdout: `${machine}\n${machine}\n` })
    }
    docker(config, 'image', 'rm', '--force', image)

    expect(log).not.toContain(password)
    expect(userConfig(job)).toBe(before)
    expect(readdirSync(join(job.home, '.docker'))).toEqual(['config.json'])
    expect(readdirSync(join(job.workspace, '..', 'tmp'))).toEqual([])
  })
})

describe.skipIf(missing('act'))('a step without tags, run by act without a payload', () => {
  const workflow = `on: [push, pull_request, release]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: polyarch/build@v1
        id: image
        with:
          images: acme/app
          engine: embedded
          outputs: type=oci,dest=image.tar
      - run: echo "Tagged $TAGS"
        env:
          TAGS: \${{ steps.image.outputs.tags }}
`

  it.each([
    { event: 'pull_request', branch: 'main' },
    { event: 'release', branch: 'main' },
    { event: 'push', branch: '日本' },
  ])('falls back to the commit: $event on $branch', ({ event, branch }) => {
    const job = createJob({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }, { DOCKER_HOST: 'unix:///nonexistent' })
    jobs.push(job)
    const { status, log } = runWorkflow(job, { workflow, event, branch })
    expect(status, log).toBe(0)
    expect(log).toMatch(/\| Tagged acme\/app:sha-[0-9a-f]{7}$/m)
    expect(log).toContain(`gives no other tag`)
  })

  it('uses the branch if it is a valid tag', () => {
    const job = createJob({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }, { DOCKER_HOST: 'unix:///nonexistent' })
    jobs.push(job)
    const { status, log } = runWorkflow(job, { workflow, branch: 'feature/a-b' })
    expect(status, log).toBe(0)
    expect(log).toMatch(/\| Tagged acme\/app:feature-a-b$/m)
  })
})

const fiveActions = `name: image
on:
  push:
    branches: [main]
  pull_request:

jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - name: Set up QEMU
        uses: docker/setup-qemu-action@v3
      - uses: docker/setup-buildx-action@v3
      - uses: docker/login-action@v3
        if: github.event_name != 'pull_request'
        with:
          registry: \${{ vars.REGISTRY }}
          username: \${{ vars.REGISTRY_USERNAME }}
          password: \${{ secrets.REGISTRY_PASSWORD }}
      - name: Names of the image
        id: meta
        uses: docker/metadata-action@v5
        with:
          images: \${{ vars.REGISTRY }}/acme/migrated
          # The branch, and one that never moves.
          tags: |
            type=ref,event=branch
            type=sha,prefix=commit-
      - uses: docker/build-push-action@v6
        id: build
        with:
          context: .
          platforms: linux/amd64,linux/arm64
          push: \${{ github.event_name != 'pull_request' }}
          tags: \${{ steps.meta.outputs.tags }}
          labels: \${{ steps.meta.outputs.labels }}
          build-args: |
            VERSION=\${{ steps.meta.outputs.version }}
      - run: echo "Deploy $IMAGE@\${{ steps.build.outputs.digest }}"
        env:
          IMAGE: \${{ vars.REGISTRY }}/acme/migrated
`

describe.skipIf(missing('act', 'docker', 'basic', 'base', 'emulated'))('a workflow of five actions', () => {
  it('publishes the same image by one step after `polyarch migrate`, run by act', async () => {
    const { host, username, password } = part('basic')
    const Dockerfile = `FROM ${part('base')}\nARG VERSION\nRUN echo "$VERSION $(uname -m)" > /built\n`
    const job = createJob({ Dockerfile }, { DOCKER_HOST: part('docker').host })
    jobs.push(job)
    const file = join(job.workspace, '.github/workflows/image.yml')
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, fiveActions)
    const cli = resolve(import.meta.dirname, '../../dist/cli/index.js')
    const migration = spawnSync(process.execPath, [cli, 'migrate', '--write'], {
      ...{ cwd: job.workspace, encoding: 'utf8' },
      env: { PATH: process.env['PATH'], HOME: job.home },
    })
    expect(migration.status, migration.stdout + migration.stderr).toBe(0)
    const workflow = readFileSync(file, 'utf8')
    expect(workflow.match(/uses: .*/g)).toEqual(['uses: actions/checkout@v5', 'uses: polyarch/build@v1'])
    expect(workflow).toContain('# The branch, and one that never moves.')

    const { status, log } = runWorkflow(job, {
      workflow,
      vars: { REGISTRY: host, REGISTRY_USERNAME: username },
      secrets: { REGISTRY_PASSWORD: password },
    })
    expect(status, log).toBe(0)
    const name = `${host}/acme/migrated`
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const published = await pull(name, 'main', { authorization })
    expect(log).toContain(`| Deploy ${name}@${published.digest}`)
    const built = await Promise.all(published.platforms.map(({ readFile }) => readFile('built')))
    expect(built).toEqual(['main x86_64\n', 'main aarch64\n'])
    const [first] = published.platforms
    const labels = Object(first?.config['config']).Labels
    expect(labels).toMatchObject({ 'org.opencontainers.image.version': 'main' })
    const commit = String(labels['org.opencontainers.image.revision']).slice(0, 7)
    expect((await pull(name, `commit-${commit}`, { authorization })).digest).toBe(published.digest)
    expect(log).not.toContain(password)
  })
})

function docker(config: string, ...args: readonly string[]) {
  const env = { PATH: `${part('cli')}:${process.env['PATH']}`, DOCKER_HOST: part('docker').host, DOCKER_CONFIG: config }
  return spawnSync('docker', args, { env, encoding: 'utf8' })
}
