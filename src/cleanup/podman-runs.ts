import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import type { Exec } from '../host/host.ts'

/** Timeout for a program (milliseconds). */
const timeout = 30_000

/**
 * Ends the RUN of a build that was cut off, and removes its working container. Podman ends at once when it is asked to, and leaves both: the
 * command is a container of its own, in no process group of the step. Buildah writes its process ID and its configuration to a folder below
 * TMPDIR, which is the step's. A process is ended only if its cgroup or its mounts name that folder.
 */
export async function endPodmanRuns(tempDir: string, program: string, exec: Exec): Promise<void> {
  const folder = join(tempDir, 'podman')
  for (const name of namesIn(folder).filter((one) => /^buildah\d{1,20}$/.test(one))) {
    const pid = Number(readText(join(folder, name, 'pid')))
    if (Number.isSafeInteger(pid) && pid > 1 && belongsTo(pid, name)) endProcess(pid)
    const [, container] = /-containers\/([0-9a-f]{64})\//.exec(readText(join(folder, name, 'config.json'))) ?? []
    if (container === undefined) continue
    const result = await exec(program, ['rm', ...(program.endsWith('podman') ? ['--force'] : []), container], {
      timeout,
    })
    if (!result.ok && !/no such container|no container|container not known/i.test(result.stderr)) {
      throw new Error(result.stderr.trim() || `${program} exited with ${result.status}`)
    }
  }
}

function belongsTo(pid: number, name: string): boolean {
  return ['cgroup', 'mountinfo'].some((file) => readText(`/proc/${pid}/${file}`).includes(name))
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
