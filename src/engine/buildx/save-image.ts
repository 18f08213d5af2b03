import { limits } from '../../bounds/limits.ts'
import { readLimited } from '../../bounds/read-limited.ts'
import { callDaemon, type DaemonHost, messageIn, pathOf } from '../../docker/call-daemon.ts'
import { unanswered } from '../../docker/hanging-daemon.ts'
import type { DockerServer } from '../../docker/server.ts'
import { ActionError } from '../../errors/action-error.ts'
import { cancelled } from '../../errors/cancelled.ts'
import { type DockerArchive, readDockerArchive, type SavingOptions } from '../docker-archive.ts'

/** Milliseconds without a byte of the image. The classic store writes all of it to a file of its own first. */
const silence = 600_000

export type Saving = SavingOptions & {
  /** The OCI layout that gets the image's parts. */
  readonly dir: string
  readonly host: DaemonHost
  readonly server: DockerServer
  readonly platform: string
}

/**
 * Takes an image out of the daemon's store. What becomes of the connection comes before what is wrong with the archive that it broke off.
 *
 * @throws ActionError `engine-failed` with what Docker says, `daemon-unreachable` when it went away or nothing comes any more,
 * `content-mismatch`
 */
export async function saveImage(
  reference: string,
  { dir, host, server, platform, ...options }: Saving,
): Promise<DockerArchive> {
  const what = `take the image for ${platform} out of Docker`
  const broken = (error: unknown): ActionError =>
    host.signal.aborted ? cancelled('taking the image out of Docker') : unanswered(what, error)
  const path = `/images/${pathOf(reference)}/get`
  const { status, body } = await callDaemon(server, { method: 'GET', path, timeout: silence }, host).catch((error) => {
    throw broken(error)
  })
  const failed: { error?: Error } = {}
  body.once('error', (error: Error) => {
    failed.error = error
  })
  try {
    if (status === 200) return await readDockerArchive(body, dir, options)
    const text = (await readLimited(body, limits.answer)).toString('utf8')
    throw new ActionError('engine-failed', `Cannot ${what}: ${messageIn({ status, text })}`, { platform })
  } catch (error) {
    if (failed.error !== undefined) throw broken(failed.error)
    throw error
  }
}
