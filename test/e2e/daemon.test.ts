import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { createServer } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Certificate, makeAuthority, noCertificates } from '../support/certificates.ts'
import { writeProgram } from '../support/temp.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { missing, part, rig } from './support/rig.ts'

// A real daemon over other transports than its socket, without a docker binary on PATH: the step loads, starts and removes over the API.

const socketOf = (): string => part('docker').host.replace('unix://', '')

/** A job whose PATH contains every program of this machine except docker, and ssh, which a test writes: through a link it would be the machine's own. */
function jobWithoutDocker(env: Readonly<Record<string, string>>): Job & { readonly bin: string } {
  const made = createJob({ Dockerfile: `FROM ${part('base')}\nCOPY Dockerfile /\n` }, env)
  onTestFinished(made.remove)
  const bin = join(made.temp, '..', 'bin')
  mkdirSync(bin)
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter((folder) => existsSync(folder))) {
    for (const name of readdirSync(folder)) {
      if (!/^docker|^ssh$/.test(name) && !existsSync(join(bin, name))) link(join(folder, name), join(bin, name))
    }
  }
  return { ...made, bin, env: { ...made.env, PATH: bin } }
}

function link(from: string, to: string): void {
  try {
    symlinkSync(from, to)
  } catch {
    // One of two that lead to the same.
  }
}

/** A port with TLS that requires a client certificate, in front of the real daemon. */
async function tlsPort({ cert, key, ca }: Certificate): Promise<number> {
  const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true }, (client) => {
    const daemon = connect(socketOf())
    client.pipe(daemon).pipe(client)
    for (const end of [client, daemon]) end.on('error', () => {})
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const tag = `polyarch-test-daemon-${process.pid}:1`
const inputs = {
  engine: 'embedded',
  tags: tag,
  push: 'false',
  load: 'true',
  platforms: 'amd64',
  'smoke-test': [
    'command: sh -c "exec 2>&1; head -1 /Dockerfile; id; cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max; echo x > /x || touch /scratch/x"',
    'network: none',
    'labels: { polyarch.test: "1" }',
    'memory: 64m',
    'pids-limit: 77',
    'read-only: true',
    'tmpfs: /scratch:size=1m',
    'cap-drop: all',
    'security-opt: no-new-privileges',
    'expect: { output: "/FROM[^]*77[^]*Read-only file system/" }',
  ].join('\n'),
}

function expectLoaded(): void {
  const env = { DOCKER_HOST: part('docker').host, PATH: [rig.cli, process.env['PATH']].join(delimiter) }
  const docker = (...args: readonly string[]) => execFileSync('docker', args, { env, encoding: 'utf8' })
  expect(docker('image', 'ls', '--quiet', tag)).not.toBe('')
  docker('image', 'rm', '--force', tag)
  expect(docker('ps', '--all', '--quiet', '--filter', 'label=polyarch.test=1')).toBe('')
}

describe.skipIf(missing('docker', 'base') || noCertificates)('a daemon without the docker binary', () => {
  it('loads and starts over TCP with certificates on both sides', async () => {
    const authority = makeAuthority()
    const port = await tlsPort(authority.issue())
    const client = authority.issue()
    const job = jobWithoutDocker({ DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: '1' })
    for (const [name, text] of Object.entries(client)) writeFileSync(join(job.home, '.docker', `${name}.pem`), text)
    const step = await runStep(job, inputs)
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expectLoaded()

    const refused = await runStep({ ...job, env: { ...job.env, DOCKER_CERT_PATH: '/nowhere' } }, inputs)
    expect(refused.outputs).toMatchObject({ 'error-code': 'daemon-unreachable' })
    expect(refused.log).toContain('the file /nowhere/ca.pem does not exist')
  })

  it('loads and starts over SSH', async () => {
    const job = jobWithoutDocker({ DOCKER_HOST: 'ssh://far.example' })
    // The other machine is this one, with a docker binary of its own.
    const far = `PATH=${[rig.cli, process.env['PATH']].join(delimiter)} DOCKER_HOST=${part('docker').host}`
    writeProgram(join(job.bin, 'ssh'), `while [ "$1" != -- ]; do shift; done; shift 2; exec env ${far} sh -c "$*"`)
    const step = await runStep(job, inputs)
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expectLoaded()
  })
})
