import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { Certificate } from '../../support/certificates.ts'
import { part } from './rig.ts'

/** A BuildKit daemon of one test, which it may kill and start again. */
export type OwnBuildkitd = {
  /** `tcp://127.0.0.1:…` */
  readonly endpoint: string
  readonly start: () => Promise<void>
  /** Kills the daemon, as when the machine is out of memory. */
  readonly kill: () => Promise<void>
}

/** Starts a buildkitd with its own directory and port, with `tls` only for clients with a certificate of the same authority. It is stopped when the test has finished. Needs `buildctl` and `registry` of the rig. */
export async function startOwnBuildkitd(tls?: Certificate): Promise<OwnBuildkitd> {
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
    running = spawn(program, args, { env: { PATH, HOME: root }, stdio: 'ignore' })
    for (let tries = 0; tries < 100 && !(await answers(port)); tries++) await sleep(100)
  }
  onTestFinished(async () => {
    await kill()
    for (const mount of mountsBelow(root)) execFileSync('umount', ['--lazy', mount], { stdio: 'ignore' })
    rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  })
  await start()
  return { endpoint: `tcp://127.0.0.1:${port}`, start, kill }
}

/** Waits, a minute at most, until a process of this machine has `text` in its command line. */
export async function untilProcess(text: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (commandLines().some((line) => line.includes(text))) return
    await sleep(100)
  }
  throw new Error(`There was no process with ${text}`)
}

function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
      } catch {
        return []
      }
    })
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
