import { ActionError, messageOf } from '../errors/action-error.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { Host } from '../host/host.ts'
import { formatReference, formatRepository, type Reference } from '../oci/reference.ts'
import { askDaemon, messageIn, pathOf } from './call-daemon.ts'
import type { DockerServer } from './server.ts'

/**
 * Adds a name to the image `image` in a daemon's store. The name is moved from any image that had it.
 *
 * @throws ActionError `engine-failed` with the daemon's message
 */
export async function tagImage(
  image: string,
  server: DockerServer,
  { reference, host }: { readonly reference: Reference; readonly host: Host },
): Promise<void> {
  const problem = await problemOfTagging(image, server, { reference, host })
  if (problem === undefined) return
  throw new ActionError(
    'engine-failed',
    `Cannot tag the image ${formatReference(reference)} in Docker ${server.version}: ${problem}`,
  )
}

/** Returns the error message, if any. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageTag */
async function problemOfTagging(
  image: string,
  server: DockerServer,
  { reference, host }: { readonly reference: Reference; readonly host: Host },
): Promise<string | undefined> {
  const query = new URLSearchParams({ repo: formatRepository(reference), tag: reference.tag ?? 'latest' })
  try {
    const answer = await askDaemon(server, { method: 'POST', path: `/images/${pathOf(image)}/tag?${query}` }, host)
    return answer.status === 201 ? undefined : `it answered ${answer.status}: ${messageIn(answer)}`
  } catch (error) {
    if (host.signal.aborted) throw cancelled('loading the image')
    return messageOf(error)
  }
}
