import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startAws } from '../support/aws.ts'
import { startIdTokens } from '../support/id-tokens.ts'
import { createJob, type Job, runStep, runStepHere } from './support/action.ts'
import { pull } from './support/pull.ts'
import { type Account, missing, part } from './support/rig.ts'

// Credentials are for this step only: the builder and the registry client use them, and none of them remain.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

function job(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Job {
  const made = createJob(files, { DOCKER_HOST: part('docker').host, ...env })
  jobs.push(made)
  return made
}

const good = { Dockerfile: 'FROM scratch\nCOPY hello /hello\n', hello: 'hello\n' }

const basicAuthorization = ({ username, password }: Account) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** Every file below a directory with its content and mode. */
function snapshot(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Object.fromEntries(
    names.toSorted().map((name) => {
      const path = join(folder, name)
      const stat = statSync(path)
      return [name, `${stat.mode.toString(8)} ${stat.isFile() ? readFileSync(path, 'utf8') : ''}`]
    }),
  )
}

describe.skipIf(missing('docker', 'basic', 'token', 'tls', 'registry', 'base'))('login', () => {
  it.each(['basic', 'token'] as const)('publishes to the %s registry and leaves no credentials', async (kind) => {
    const account = part(kind)
    const name = `${account.host}/e2e/login`
    const made = job(good)
    const before = snapshot(made.home)
    const step = await runStepHere(made, {
      images: name,
      tags: '1, latest',
      platforms: 'amd64, arm64',
      push: 'true',
      registry: account.host,
      username: account.username,
      password: account.password,
    })

    expect(step).toMatchObject({ status: 0, post: { log: '' }, leftovers: [] })
    expect(snapshot(made.home)).toEqual(before)
    const shown = step.log.split('\n').filter((line) => line.includes(account.password))
    expect(shown).toEqual([`::add-mask::${account.password}`])
    if (kind === 'basic') {
      const image = await pull(name, 'latest', { authorization: basicAuthorization(account) })
      expect(image.digest).toBe(step.outputs['digest'])
    }
  })

  it('lets the builder read a private base image', async () => {
    const account = part('basic')
    const { username, password } = account
    const base = `${account.host}/e2e/private-base`
    const credentials = { username, password, push: 'true', registry: account.host }
    await runStepHere(job(good), { ...credentials, images: base, tags: '1' })
    const step = await runStepHere(job({ Dockerfile: `FROM ${base}:1\nCOPY Dockerfile /copy\n` }), {
      ...credentials,
      images: 'e2e/on-private',
      tags: '1',
      pull: 'true',
    })

    expect(step).toMatchObject({ status: 0, outputs: { image: `${account.host}/e2e/on-private` } })
  })

  it('logs in to several registries, one with a scope, and keeps the login until the post step', async () => {
    const [basic, token] = [part('basic'), part('token')]
    const made = job(good)
    const before = snapshot(made.home)
    const entries = [basic, token].map(({ host, username, password }, index) => {
      const scope = index === 0 ? '' : '\n  scope: e2e/several@push'
      return `- registry: ${host}\n  username: ${username}\n  password: ${password}${scope}`
    })
    let kept = ''
    const step = await runStep(
      made,
      {
        images: `${basic.host}/e2e/several\n${token.host}/e2e/several`,
        tags: 'latest',
        push: 'true',
        registries: entries.join('\n'),
        'keep-login': 'true',
      },
      {
        betweenMainAndPost: () => {
          kept = readFileSync(join(made.home, '.docker/config.json'), 'utf8')
        },
      },
    )

    expect(step).toMatchObject({ status: 0, post: { log: '' }, leftovers: [] })
    expect(step.outputs['refs']?.split('\n')).toHaveLength(2)
    const auth = Buffer.from(`${basic.username}:${basic.password}`).toString('base64')
    expect(JSON.parse(kept).auths).toEqual({ [basic.host]: { auth } })
    expect(snapshot(made.home)).toEqual(before)
    for (const { password } of [basic, token]) {
      const shown = step.log.split('\n').filter((line) => line.includes(password))
      expect(shown).toEqual([`::add-mask::${password}`])
    }
  })

  it.skipIf(missing('pluginsNew'))('passes to buildx a credential with a scope for its repository only', async () => {
    const { host, username, password } = part('token')
    const base = `${host}/e2e/scoped-base`
    await runStepHere(job(good), { username, password, registry: host, images: base, tags: '1', push: 'true' })
    const read = async (scope: string) => {
      const made = job({ Dockerfile: `FROM ${base}:1\nCOPY Dockerfile /copy\n` })
      const config = JSON.stringify({ cliPluginsExtraDirs: [part('pluginsNew')] })
      writeFileSync(join(made.home, '.docker', 'config.json'), config)
      const registries = `- registry: ${host}\n  username: ${username}\n  password: wrong\n  scope: ${scope}`
      return await runStepHere(made, {
        registries,
        pull: 'true',
        preflight: 'false',
        retries: '0',
        verify: 'off',
        outputs: 'type=cacheonly',
      })
    }
    // Anonymous users may pull, but not with a wrong password.
    expect(await read('e2e/scoped-base@pull')).toMatchObject({
      status: 1,
      log: expect.stringContaining('incorrect username or password'),
    })
    expect(await read('e2e/other@pull')).toMatchObject({ status: 0 })
  })

  it('gets the password of a registry from ECR, as a role that it assumes with the OIDC token of the job', async () => {
    const { host, username, password } = part('basic')
    const keys = { ASIAROLE: { key: 'role-key', session: 'role-session' } }
    const tokens = ['jwt for sts.amazonaws.com']
    const aws = await startAws({ keys, tokens, username, password, now: () => new Date() })
    const github = await startIdTokens()
    try {
      const made = job(good, { ...github.env, AWS_ENDPOINT_URL: aws.url })
      const role = 'role-to-assume: arn:aws:iam::123456789012:role/ci'
      const registries = `- registry: ${host}\n  ecr: true\n  region: eu-central-1\n  create-repository: true\n  ${role}`
      const step = await runStepHere(made, { images: `${host}/e2e/ecr`, tags: '1', push: 'true', registries })

      expect(step).toMatchObject({ status: 0, outputs: { image: `${host}/e2e/ecr` }, leftovers: [] })
      expect([...aws.repositories]).toEqual(['e2e/ecr'])
      const shown = step.log.split('\n').filter((line) => line.includes(password) && !line.startsWith('::add-mask::'))
      expect(shown).toEqual([])
    } finally {
      await aws.close()
      github.close()
    }
  })

  it('reads ~/.dockercfg if ~/.docker/config.json does not exist, for the builder and for pushing', async () => {
    const { host, username, password } = part('basic')
    const base = `${host}/e2e/old-base`
    const credentials = { username, password, push: 'true', registry: host }
    await runStepHere(job(good), { ...credentials, images: base, tags: '1' })
    const made = job({ Dockerfile: `FROM ${base}:1\nCOPY Dockerfile /copy\n` })
    rmSync(join(made.home, '.docker', 'config.json'))
    symlinkSync(part('plugins'), join(made.home, '.docker', 'cli-plugins'))
    const auth = Buffer.from(`${username}:${password}`).toString('base64')
    writeFileSync(join(made.home, '.dockercfg'), JSON.stringify({ [`https://${host}/v1/`]: { auth, email: 'a@b.c' } }))
    const step = await runStepHere(made, { images: `${host}/e2e/old`, tags: '1', push: 'true', pull: 'true' })

    expect(step).toMatchObject({ status: 0, leftovers: [], outputs: { image: `${host}/e2e/old` } })
  })

  it('isolates two jobs with one home directory', async () => {
    const { host, username, password } = part('basic')
    const first = job(good)
    const second: Job = { ...job(good), home: first.home }
    const before = snapshot(first.home)
    const inputs = (user: string, secret: string) => ({
      images: `${host}/e2e/apart`,
      tags: 'latest',
      push: 'true',
      registry: host,
      username: user,
      password: secret,
    })
    const [right, wrong] = await Promise.all([
      runStep(first, inputs(username, password)),
      runStep({ ...second, env: { ...second.env, HOME: first.home } }, inputs('other', 'wrong')),
    ])

    expect(right).toMatchObject({ status: 0 })
    expect(wrong).toMatchObject({ status: 1, outputs: { 'error-code': 'registry-unauthorized' } })
    expect(snapshot(first.home)).toEqual(before)
  })

  it("overrides the user's credential store, whose other entries stay usable", async () => {
    const [ours, theirs] = [part('basic'), part('token')]
    const made = job(good)
    const bin = join(made.home, 'bin')
    mkdirSync(bin)
    const helper = join(bin, 'docker-credential-stored')
    const answer = JSON.stringify({ Username: theirs.username, Secret: theirs.password })
    writeFileSync(
      helper,
      `#!/bin/sh\nread host\nif [ "$host" = ${theirs.host} ]; then echo '${answer}'; else echo 'credentials not found in native keychain'; exit 1; fi\n`,
    )
    chmodSync(helper, 0o755)
    const file = join(made.home, '.docker', 'config.json')
    const config = JSON.parse(readFileSync(file, 'utf8')) as object
    writeFileSync(file, JSON.stringify({ ...config, credsStore: 'stored' }))
    const step = await runStepHere(
      { ...made, env: { ...made.env, PATH: `${bin}:${made.env['PATH']}` } },
      {
        images: `${ours.host}/e2e/store\n${theirs.host}/e2e/store`,
        tags: 'latest',
        push: 'true',
        registry: ours.host,
        username: ours.username,
        password: ours.password,
      },
    )

    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(step.outputs['refs']?.split('\n')).toHaveLength(2)
  })

  it('uses the Docker context that the user has selected', async () => {
    const made = createJob(good, { DOCKER_HOST: '' })
    jobs.push(made)
    const env = { ...made.env, DOCKER_CONFIG: join(made.home, '.docker') }
    const docker = (...args: string[]) => execFileSync(join(part('cli'), 'docker'), args, { env, encoding: 'utf8' })
    docker('context', 'create', 'elsewhere', '--docker', `host=${part('docker').host}`)
    docker('context', 'use', 'elsewhere')
    const before = snapshot(made.home)
    const name = `${part('registry').host}/e2e/context`
    const step = await runStepHere(made, { images: name, tags: '1', push: 'true' })

    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(step.summary).toContain('Docker context elsewhere')
    expect(snapshot(made.home)).toEqual(before)
  })

  it('trusts a private authority of the environment', async () => {
    const { host, ca } = part('tls')
    const made = job(good, { NODE_EXTRA_CA_CERTS: ca })
    // Node reads the variable when it starts.
    const step = await runStep(made, { images: `${host}/e2e/tls`, tags: '1', push: 'true' })

    expect(step).toMatchObject({ status: 0, leftovers: [] })
  })

  it('explains a certificate of an unknown authority', async () => {
    const { host } = part('tls')
    const made = job(good, { SSL_CERT_FILE: '/nonexistent' })
    const step = await runStepHere(made, { images: `${host}/e2e/tls`, tags: '1', push: 'true' })

    expect(step).toMatchObject({ status: 75, outputs: { 'error-code': 'registry-unreachable' }, leftovers: [] })
    expect(step.log).toContain('certificate')
  })
})
