import { askDaemon, type DaemonAddress, type DaemonHost, messageIn, pathOf } from './call-daemon.ts'

/** Timeout for a removal (milliseconds). */
const removalTime = 30_000

/**
 * Removes a name of an image from a daemon's store, and the image with its last name.
 *
 * @throws Error with the daemon's message, or if it does not respond; an image that no longer exists is not an error
 */
export function removeImage(reference: string, daemon: DaemonAddress, host: DaemonHost): Promise<void> {
  return remove(`/images/${pathOf(reference)}?force=true`, daemon, host)
}

/** Stops a container and removes it with its anonymous volumes. Throws the errors of `removeImage`. */
export function removeContainer(name: string, daemon: DaemonAddress, host: DaemonHost): Promise<void> {
  return remove(`/containers/${pathOf(name)}?force=true&v=true`, daemon, host)
}

async function remove(path: string, daemon: DaemonAddress, host: DaemonHost): Promise<void> {
  const answer = await askDaemon(daemon, { method: 'DELETE', path, timeout: removalTime }, host)
  // 409: a removal is already in progress, such as one that a cancelled step started.
  const gone = answer.status === 404 || /removal of container \S+ is already in progress/.test(answer.text)
  if (!gone && answer.status >= 300) throw new Error(messageIn(answer))
}
