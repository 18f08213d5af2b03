import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Certificate } from '../../support/certificates.ts'
import { part } from './rig.ts'

/** A BuildKit daemon of one test, which it may kill and start again. */
export type OwnBuildkitd = {
  /** `tcp://127.0.0.1:…` */
  readonly endpoint: string
  readonly start: () => Promise<void>
  /** Kills the daemon, as when the machine is out of memory. */
  readonly kill: () => Promise<void>
  /** Stops it without an end, so that it accepts connections and does not respond, as a machine that hangs. */
  readonly freeze: () => void
  /** Kills it and removes its files. */
  readonly remove: () => Promise<void>
}

/** Starts a buildkitd with its own directory and port, with `tls` only for clients with a certificate of the same authority, on one `processor` if given. Needs `buildctl` and `registry` of the rig. */
export async function startBuildkitd({
  tls,
  processor,
}: {
  readonly tls?: Certificate | undefined
  readonly processor?: number
}): Promise<OwnBuildkitd> {
  const root = mkdtempSync(join(tmpdir(), 'polyarch-buildkitd-'))
  const port = await freePort()
  const programs = join(part('cli'), '../../../runtime/usr')
  const config = join(root, 'buildkitd.toml')
  const text = `[worker.oci]
enabled = true
networkMode = "host"
[worker.containerd]
enabled = false
[otel]
socketPath = "${root}/otel.sock"
[registry."${part('registry').host}"]
http = true
`
  writeFileSync(config, text)
  const tlsArguments = Object.entries(tls ?? {}).flatMap(([kind, pem]) => {
    const file = join(root, `${kind}.pem`)
    writeFileSync(file, pem)
    return [`--tls${kind === 'ca' ? 'cacert' : kind}`, file]
  })
  let running: ReturnType<typeof spawn> | undefined
  const kill = async (): Promise<void> => {
    const child = running
    running = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
    child.kill('SIGKILL')
    await ended
  }
  const start = async (): Promise<void> => {
    const program = join(dirname(part('buildctl')), 'buildkitd')
    const args = [
      '--config',
      config,
      '--addr',
      `tcp://127.0.0.1:${port}`,
      '--root',
      join(root, 'root'),
      ...tlsArguments,
    ]
    const PATH = [join(programs, 'sbin'), join(programs, 'bin'), process.env['PATH']].join(':')
    const pinned = processor === undefined ? [] : ['taskset', '--cpu-list', String(processor)]
    const [command = program, ...others] = [...pinned, program, ...args]
    running = spawn(command, others, { env: { PATH, HOME: root }, stdio: 'ignore' })
    for (let tries = 0; tries < 100 && !(await answers(port)); tries++) await sleep(100)
  }
  const remove = async (): Promise<void> => {
    await kill()
    for (const mount of mountsBelow(root)) execFileSync('umount', ['--lazy', mount], { stdio: 'ignore' })
    rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  }
  await start()
  const freeze = () => void running?.kill('SIGSTOP')
  return { endpoint: `tcp://127.0.0.1:${port}`, start, kill, freeze, remove }
}

/** The innermost first. */
function mountsBelow(root: string): readonly string[] {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  return points.filter((point) => point.startsWith(`${root}/`)).reverse()
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  }).finally(() => socket.destroy()) as Promise<boolean>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
