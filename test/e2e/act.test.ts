import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
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

function docker(config: string, ...args: readonly string[]) {
  const env = { PATH: `${part('cli')}:${process.env['PATH']}`, DOCKER_HOST: part('docker').host, DOCKER_CONFIG: config }
  return spawnSync('docker', args, { env, encoding: 'utf8' })
}
