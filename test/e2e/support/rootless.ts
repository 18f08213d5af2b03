import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createJob, type Job } from './action.ts'
import { part, rigFolder } from './rig.ts'

/** A job of a user without privileges who has rootless Podman. */
export type RootlessJob = {
  readonly job: Job
  readonly through: readonly string[]
  /** Runs `podman` as the user, and returns its output. */
  readonly podman: (...args: readonly string[]) => string
}

/** Makes a job with the newest Podman of the rig, whose C library the machine's programs can use; without `ranges`, the user has a single ID. */
export function createRootlessJob(
  files: Readonly<Record<string, string>>,
  { ranges = true }: { readonly ranges?: boolean } = {},
): RootlessJob {
  const made = createJob(files, { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' })
  const root = dirname(made.workspace)
  const runtime = join(root, 'run')
  mkdirSync(runtime)
  chmodSync(runtime, 0o700)
  const config = join(made.home, '.config/containers')
  mkdirSync(config, { recursive: true })
  const [host = ''] = part('base').split('/')
  writeFileSync(
    join(config, 'registries.conf'),
    `unqualified-search-registries = ["docker.io"]\n[[registry]]\nlocation = "${host}"\ninsecure = true\n`,
  )
  const suite = part('podman').at(-1)?.suite ?? ''
  const tree = join(rigFolder, 'pkg', `podman-${suite}`)
  const through = [resolve(import.meta.dirname, '../../rig/rootless'), tree, root, ranges ? '700000' : '']
  const env = { ...made.env, XDG_RUNTIME_DIR: runtime }
  const podman = (...args: readonly string[]): string => {
    const [program = '', ...given] = [...through, 'podman', ...args]
    return execFileSync(program, given, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
  const remove = (): void => {
    endPause(runtime)
    made.remove()
  }
  return { job: { ...made, env, remove }, through, podman }
}

/** Ends the process that keeps the user's namespaces open. */
function endPause(runtime: string): void {
  try {
    process.kill(Number(readFileSync(join(runtime, 'libpod/tmp/pause.pid'), 'utf8')))
  } catch {
    // Podman was not started.
  }
}
