import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import type { Exec } from '../host/host.ts'
import { programFailure } from './program-failure.ts'

/** Timeout for a program (milliseconds). */
const timeout = 30_000

/** The directory of the step that Podman uses for temporary files. */
export function podmanFolder(tempDir: string): string {
  return join(tempDir, 'podman')
}

/** The file that every build of the step names as a secret, so that its working containers can be found. */
export function podmanMark(tempDir: string): string {
  return join(podmanFolder(tempDir), 'mark')
}

/**
 * Ends the RUN of a build that was cut off, and removes its working containers. Podman exits as soon as it receives SIGTERM, and leaves both: the
 * command runs in a container, in no process group of the step. Buildah writes the process ID to a directory below TMPDIR, and the
 * options of the build to a file of each working container.
 *
 * @throws Error with the output of Podman
 */
export async function endPodmanRuns(tempDir: string, program: string, exec: Exec): Promise<void> {
  const folder = podmanFolder(tempDir)
  for (const name of namesIn(folder).filter((one) => /^buildah\d{1,20}$/.test(one))) {
    const pid = Number(readText(join(folder, name, 'pid')))
    if (Number.isSafeInteger(pid) && pid > 1 && belongsTo(pid, join(folder, name))) endProcess(pid)
  }
  const run = async (...args: readonly string[]): Promise<string> => {
    const result = await exec(program, args, { timeout })
    if (result.ok) return result.stdout
    throw programFailure(program, result)
  }
  const isPodman = basename(program) === 'podman'
  const [root = '', driver = ''] = (
    isPodman
      ? await run('info', '--format', '{{.Store.GraphRoot}}\n{{.Store.GraphDriverName}}')
      : await run('info', '--format', '{{.store.GraphRoot}}\n{{.store.GraphDriverName}}')
  ).split('\n')
  const listed = isPodman
    ? await run('ps', '--all', '--external', '--no-trunc', '--format', '{{.ID}}')
    : await run('containers', '--quiet', '--notruncate')
  const mark = podmanMark(tempDir)
  const own = listed
    .split('\n')
    .filter((id) => /^[0-9a-f]{64}$/.test(id))
    .filter((id) => readText(join(root, `${driver}-containers`, id, 'userdata', 'buildah.json')).includes(mark))
  if (own.length > 0) await run('rm', ...(isPodman ? ['--force'] : []), ...own)
}

/** Whether the mounts of a process name the directory: process IDs are reused. */
function belongsTo(pid: number, folder: string): boolean {
  return readText(`/proc/${pid}/mountinfo`).includes(basename(folder))
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // No build has begun.
  }
}

function readText(path: string): string {
  try {
    return readFileLimitedSync(path, limits.configFile)
  } catch {
    return ''
  }
}
