import { limits } from '../../bounds/limits.ts'
import { readLimited } from '../../bounds/read-limited.ts'
import { callDaemon, type DaemonHost, messageIn, pathOf } from '../../docker/call-daemon.ts'
import { unanswered } from '../../docker/hanging-daemon.ts'
import type { DockerServer } from '../../docker/server.ts'
import { ActionError } from '../../errors/action-error.ts'
import { cancelled } from '../../errors/cancelled.ts'
import { type DockerArchive, readDockerArchive, type SavingOptions } from './docker-archive.ts'

/** Milliseconds without data. The classic store writes the whole image to a temporary file first. */
const silence = 600_000

export type Saving = SavingOptions & {
  /** The OCI layout that receives the image's blobs. */
  readonly dir: string
  readonly host: DaemonHost
  readonly server: DockerServer
  readonly platform: string
}

/**
 * Exports an image from the daemon's store. If the connection breaks, that is the reported error, not the truncated
 * archive.
 *
 * @throws ActionError `engine-failed` with the daemon's message, `daemon-unreachable` if the connection breaks or
 * stalls, `content-mismatch`
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
