import { spawn } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStep, runStepHere, type StepResult } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part, rig } from './support/rig.ts'

// Build secrets of all three inputs reach only the RUN that mounts them.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

function job(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>): Job {
  const made = createJob(files, env)
  jobs.push(made)
  return made
}

const base = rig.base ?? ''
// Several lines, with all characters that are special in CSV, shells and workflow commands.
const value = `hunter-value "one", %0A\n  hunter-two=$HOME\\\n`
const variable = 'hunter-variable;`"\''
const filed = 'hunter-filed\n'
const secrets = `"value=${value.replaceAll('"', '""')}"`
// Not the values of other tests, which run at the same time: their commands are seen too.
const canary = /hunter-(?:value|two|variable|filed|unused|not-a|\d)/

const reading = `FROM ${base}
RUN --mount=type=secret,id=value,required \\
    --mount=type=secret,id=variable,required=true,env=VARIABLE \\
    --mount=type=secret,target=/root/.filed,required=true \\
    { sha256sum < /run/secrets/value; printf %s "$VARIABLE" | sha256sum; sha256sum < /root/.filed; } > /sums && sleep 1
`

const sumsOf = (texts: readonly string[]) => texts.map((text) => createHash('sha256').update(text).digest('hex'))

/** Lines of the log that contain a secret, except those that tell the runner to mask it. */
const leaks = ({ log, post }: StepResult) =>
  `${log}\n${post.log}`.split('\n').filter((line) => canary.test(line) && !line.startsWith('::add-mask::'))

/** The command lines of all running processes. */
function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        // The process has exited.
        return ''
      }
    })
}

/** Files below the job's directory that contain a secret, except the one that the workflow wrote. */
function filesWithSecrets({ workspace }: Job): readonly string[] {
  const root = join(workspace, '..')
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'filed,"x')
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => canary.test(readFileSync(path, 'utf8')))
}

describe.skipIf(missing('docker', 'classic', 'registry', 'base'))('a build with secrets', () => {
  it.each(['docker', 'classic'] as const)('passes them to its RUN and nowhere else, on %s', async (daemon) => {
    const made = job(
      { Dockerfile: reading, '.dockerignore': '*\n', 'filed,"x': filed },
      { DOCKER_HOST: part(daemon).host, SECRET_VARIABLE: variable },
    )
    const name = `${part('registry').host}/e2e/secrets-${daemon}`
    const inputs = {
      ...{ tags: `${name}:1`, push: 'true', load: 'true', 'no-cache': 'true', provenance: 'false' },
      ...{ secrets, 'secret-envs': 'variable=SECRET_VARIABLE', 'secret-files': '".filed=./filed,""x"' },
    }
    const commands = new Set<string>()
    let timer: NodeJS.Timeout | undefined
    const during = () => {
      timer = setInterval(() => commandLines().forEach((line) => void commands.add(line)), 50)
    }
    const step = await runStep(made, inputs, { during }).finally(() => clearInterval(timer))

    expect(step, step.log).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
    const [image] = (await pull(name, '1')).platforms
    const sums = (await image?.readFile('sums'))?.split(/\s+-?\s*/).filter(Boolean)
    expect(sums).toEqual(sumsOf([value, variable, filed]))

    const layers = ((await image?.layers()) ?? []).map((layer) => gunzipSync(layer).toString('latin1'))
    const whole = [JSON.stringify(image), ...layers, step.summary, JSON.stringify(step.outputs)].join('\n')
    expect(layers.length).toBeGreaterThan(1)
    expect(whole).not.toMatch(canary)

    expect(leaks(step)).toEqual([])
    for (const line of ['hunter-value "one", %250A', '  hunter-two=$HOME\\', variable]) {
      expect(step.log.split('\n')).toContain(`::add-mask::${line}`)
    }
    // The log contains the debug lines with the plan and the call, so they were searched too.
    expect(step.log.replaceAll('\n::debug::', '')).toMatch(/Plan: .*"secrets":\[\{"id":"value","source":"value"\}/)
    expect(step.log).toMatch(/^::debug::docker-buildx .*--secret id=value,src=/m)

    const calls = [...commands].filter((line) => line.includes('--secret id=value,src='))
    expect(calls.length).toBeGreaterThan(0)
    expect([...commands].filter((line) => canary.test(line))).toEqual([])
    expect(filesWithSecrets(made)).toEqual([])
  })

  it('succeeds without one that no RUN requires, and reports it', async () => {
    const dockerfile = `FROM ${base}\nRUN --mount=type=secret,id=maybe test ! -e /run/secrets/maybe\n`
    const step = await runStepHere(job({ Dockerfile: dockerfile }, { DOCKER_HOST: part('docker').host }), {
      load: 'false',
      secrets: 'unused=hunter-unused',
    })

    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expect(step.log).toContain(
      '::notice file=Dockerfile,line=2::Dockerfile:2: the build secret maybe is not given, and RUN goes without it',
    )
    expect(leaks(step)).toEqual([])
  })

  it('fails before the build with all missing ones, an annotation for each', async () => {
    const step = await runStepHere(job({ Dockerfile: reading }, { DOCKER_HOST: part('docker').host }), {
      'secret-envs': 'variable=hunter-not-a-name',
      'secret-files': '.filed=./hunter-not-a-path',
    })

    expect(step, step.log).toMatchObject({ status: 66, outputs: { 'error-code': 'secret-not-found' }, leftovers: [] })
    expect(step.log).toContain('Preflight found 3 problems')
    const error = '::error title=Polyarch%3A secret-not-found'
    expect(step.log).toContain(
      `${error},file=Dockerfile,line=2::Dockerfile:2: Cannot run this: the build secret value is`,
    )
    expect(step.log).toContain(`${error}::Cannot pass the secret variable to the build (secret-envs, line 1): `)
    expect(step.log).toContain(`${error}::Cannot pass the secret .filed to the build (secret-files, line 1): `)
    expect(step.log).not.toContain('::group::Build ')
    expect(leaks(step)).toEqual([])
  })

  it('has the same code if only the builder detects a missing one', async () => {
    const dockerfile = `FROM ${base}\nARG ID=gone\nRUN --mount=type=secret,id=$ID,required true\n`
    const step = await runStepHere(job({ Dockerfile: dockerfile }, { DOCKER_HOST: part('docker').host }), {
      load: 'false',
    })

    expect(step, step.log).toMatchObject({ status: 66, outputs: { 'error-code': 'secret-not-found' }, leftovers: [] })
    expect(step.log).toContain('::group::Build ')
  })
})

const socketIsThere = 'test -S "$SSH_AUTH_SOCK"'

describe.skipIf(missing('docker', 'classic', 'base'))('a build with ssh', () => {
  const dockerfile = `FROM ${base}
RUN --mount=type=ssh,required ${socketIsThere}
RUN --mount=type=ssh,id=mine,required ${socketIsThere}
`
  const { privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })

  it.each(['docker', 'classic'] as const)(
    'passes the agent and the key to the RUNs that mount them, on %s',
    async (daemon) => {
      const made = job({ Dockerfile: dockerfile, key: privateKey }, { DOCKER_HOST: part(daemon).host })
      const socket = join(made.workspace, '..', 'agent')
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
      while (!existsSync(socket)) await wait(20)
      const env = { ...made.env, SSH_AUTH_SOCK: socket }
      const inputs = { ssh: 'default, mine=key', load: 'false', 'no-cache': 'true' }
      const step = await runStepHere({ ...made, env }, inputs).finally(() => agent.kill())

      expect(step, step.log).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
      expect(step.log).toMatch(/^::debug::docker-buildx .*--ssh default --ssh mine=key /m)
    },
  )

  it('fails before the build with all missing ones', async () => {
    const made = job({ Dockerfile: dockerfile }, { DOCKER_HOST: part('docker').host, SSH_AUTH_SOCK: '' })
    const step = await runStepHere(made, { ssh: 'default', load: 'false' })

    expect(step, step.log).toMatchObject({ status: 66, outputs: { 'error-code': 'secret-not-found' }, leftovers: [] })
    expect(step.log).toContain('Cannot pass the SSH agent default to the build (ssh, line 1): SSH_AUTH_SOCK is not set')
    expect(step.log).toContain('Dockerfile:3: Cannot run this: the SSH agent mine is not given')
    expect(step.log).not.toContain('::group::Build ')
  })
})

describe('secrets without a builder', () => {
  const bare = { DOCKER_HOST: 'unix:///nonexistent.sock' }
  const files = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }

  it('are accepted by the embedded engine, which reports that it does not use them', async () => {
    const inputs = { secrets, 'secret-files': 'a=Dockerfile', outputs: 'out' }
    const step = await runStepHere(job(files, bare), inputs)

    expect(step, step.log).toMatchObject({ status: 0, outputs: { engine: 'embedded' }, leftovers: [] })
    expect(step.log).toContain(
      '::notice::Build secrets and SSH agents are not used: the engine embedded does not execute RUN',
    )
    expect(leaks(step)).toEqual([])
  })

  it('are rejected with all problems, without their content', async () => {
    const inputs = { secrets: 'KEY=hunter-1\nhunter-2\nhunter-3=\nKEY=hunter-4', 'secret-envs': 'hunter-5' }
    const step = await runStepHere(job(files, bare), inputs)

    expect(step, step.log).toMatchObject({ status: 1, outputs: { 'error-code': 'input-invalid' }, leftovers: [] })
    for (const place of ['secrets, line 2', 'secrets, line 3', 'secrets, line 4', 'secret-envs, line 1']) {
      expect(step.log).toContain(`${place}: `)
    }
    expect(step.log).not.toMatch(canary)
  })
})
