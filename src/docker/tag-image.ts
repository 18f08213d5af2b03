import { limits } from '../bounds/limits.ts'
import { readLimited } from '../bounds/read-limited.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { Host } from '../host/host.ts'
import { formatReference, formatRepository, type Reference } from '../oci/reference.ts'
import { docker } from './docker.ts'
import { hangingDaemon, shortCall } from './hanging-daemon.ts'
import type { DockerServer } from './server.ts'
import { socketPath } from './server.ts'

export type TagOptions = {
  readonly reference: Reference
  readonly host: Host
  /** Environment of the docker program. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * Gives the image that a daemon's store has as `image` one more name, which takes the place of an image that had it.
 *
 * @throws ActionError `engine-failed` with what the daemon says
 */
export async function tagImage(
  image: string,
  server: DockerServer,
  { reference, host, env }: TagOptions,
): Promise<void> {
  const socket = socketPath(server.endpoint)
  const problem = await (socket === undefined
    ? tagByProgram(image, reference, { host, env: { ...server.endpoint.env, ...env } })
    : tagBySocket(image, reference, { host, socket }))
  if (problem === undefined) return
  throw new ActionError(
    'engine-failed',
    `Cannot tag the image ${formatReference(reference)} in Docker ${server.version}: ${problem}`,
  )
}

/** What went wrong, if anything did. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageTag */
async function tagBySocket(
  image: string,
  reference: Reference,
  { host, socket }: { readonly host: Host; readonly socket: string },
): Promise<string | undefined> {
  const query = new URLSearchParams({ repo: formatRepository(reference), tag: reference.tag ?? 'latest' })
  try {
    const response = await host.http({
      method: 'POST',
      url: `http://docker/images/${image}/tag?${query}`,
      socket,
      signal: host.signal,
      timeout: shortCall,
    })
    const answer = (await readLimited(response.body, limits.answer)).toString('utf8')
    return response.status === 201 ? undefined : `it answered ${response.status}: ${answer.trim()}`
  } catch (error) {
    if (host.signal.aborted) {
      throw cancelled('loading the image')
    }
    return messageOf(error)
  }
}

/** Over SSH and TLS the Docker CLI speaks, which knows the keys. */
async function tagByProgram(
  image: string,
  reference: Reference,
  { host, env }: Pick<TagOptions, 'host' | 'env'>,
): Promise<string | undefined> {
  const args = ['image', 'tag', image, formatReference(reference)]
  const result = await docker(host, args, { env, timeout: shortCall })
  if (result.timedOut) throw hangingDaemon(`tag the image ${formatReference(reference)}`, result)
  return result.ok ? undefined : result.stderr.trim() || `docker image tag exited with ${result.status}`
}
