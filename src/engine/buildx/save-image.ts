import { docker } from '../../docker/docker.ts'
import { deadDaemonHint, hangingDaemon } from '../../docker/hanging-daemon.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import { goneHow } from '../buildkit/gone.ts'
import { type DockerArchive, readDockerArchive, type SavingOptions } from './docker-archive.ts'

/** Milliseconds without a byte of the image. The classic store writes all of it to a file of its own first. */
const silence = 600_000

export type Saving = SavingOptions & {
  /** The OCI layout that gets the image's parts. */
  readonly dir: string
  readonly host: Pick<Host, 'exec'>
  /** Environment of the docker program. */
  readonly env: Readonly<Record<string, string>>
  readonly platform: string
}

/**
 * Takes an image out of the daemon's store. What Docker says for a failed save comes before what is wrong with the
 * archive that it broke off.
 *
 * @throws ActionError `engine-failed` with what Docker says, `daemon-unreachable` when it went away or nothing comes any more,
 * `content-mismatch`
 */
export async function saveImage(
  reference: string,
  { dir, host, env, platform, ...options }: Saving,
): Promise<DockerArchive> {
  const read: { archive?: DockerArchive; error?: unknown } = {}
  const saved = await docker(host, ['image', 'save', reference], {
    env,
    silence,
    stdout: async (stream) => {
      try {
        read.archive = await readDockerArchive(stream, dir, options)
      } catch (error) {
        read.error = error
      }
    },
  })
  if (saved.ok && read.archive) return read.archive
  if (saved.ok) throw read.error
  const what = `take the image for ${platform} out of Docker`
  if (saved.timedOut) throw hangingDaemon(what, saved)
  if (goneHow(saved.stderr) !== undefined || /unexpected EOF|connection reset/.test(saved.stderr)) {
    throw new ActionError('daemon-unreachable', `Cannot ${what}: ${saved.stderr.trim()}`, { hint: deadDaemonHint })
  }
  const details = { platform, cause: read.error }
  throw new ActionError('engine-failed', `Cannot ${what}: ${saved.stderr.trim()}`, details)
}
