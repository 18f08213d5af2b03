import { Readable } from 'node:stream'
import { parseJson } from '../bounds/json.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { Host } from '../host/host.ts'
import { imageEntries } from '../oci/image-entries.ts'
import type { Reference } from '../oci/reference.ts'
import type { ImageContent } from '../oci/store.ts'
import { formatBytes } from '../text/bytes.ts'
import { writeTar } from '../tree/archive/write-tar.ts'
import type { FileEntry } from '../tree/file-entry.ts'
import { askDaemon, messageIn } from './call-daemon.ts'
import type { DockerServer } from './server.ts'

/** Milliseconds without output in which a daemon may unpack an image. */
const unpackTimeout = 30 * 60_000

export type LoadOptions = {
  readonly references: readonly Reference[]
  readonly host: Host
}

/**
 * Loads the image into a daemon's store under every reference, and returns the daemon's ID for it. The classic store gets Docker's own format for
 * one platform; the containerd store gets an OCI layout with all platforms.
 *
 * @throws ActionError `engine-failed` with the daemon's message, and the errors of reading the image
 */
export async function loadImage(
  image: ImageContent,
  server: DockerServer,
  { references, host }: LoadOptions,
): Promise<string> {
  const kind = server.store === 'containerd' ? 'oci' : 'docker'
  const entries = imageEntries(image, { kind, references, annotations: {}, signal: host.signal })
  const failure = (found: string, cause?: unknown): ActionError =>
    new ActionError('engine-failed', `Cannot load the image into Docker ${server.version}: ${found}`, { cause })
  try {
    const problem = await problemOfLoading(entries, server, host)
    if (problem !== undefined) throw failure(problem)
  } catch (error) {
    if (error instanceof ActionError) throw error
    if (host.signal.aborted) throw cancelled('loading the image')
    throw failure(messageOf(error), error)
  }
  const [only] = image.tree.images
  return kind === 'docker' && only ? only.config.digest : image.tree.root.digest
}

/** Returns the error message, if any. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageLoad */
async function problemOfLoading(
  entries: readonly FileEntry[],
  server: DockerServer,
  host: Host,
): Promise<string | undefined> {
  let sent = 0
  const archive = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of writeTar(entries)) {
      sent += piece.length
      host.log.progress(`Loading into Docker: ${formatBytes(sent)}`)
      yield piece
    }
  }
  const request = {
    method: 'POST',
    path: '/images/load?quiet=1',
    headers: { 'content-type': 'application/x-tar' },
    body: Readable.from(archive(), { objectMode: false, highWaterMark: 1024 * 1024 }),
    timeout: unpackTimeout,
  } as const
  // The daemon answers 200 before it has read the image; the lines of the body report errors.
  const answer = await askDaemon(server, request, host)
  if (answer.status !== 200) return `it answered ${answer.status}: ${messageIn(answer)}`
  return answer.text.trim().split('\n').map(errorOf).find(Boolean)
}

function errorOf(line: string): string | undefined {
  try {
    return (parseJson(line) as { readonly error?: string }).error
  } catch {
    return undefined
  }
}
