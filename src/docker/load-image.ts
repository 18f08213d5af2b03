import { mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readLimited } from '../bounds/read-limited.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { Host } from '../host/host.ts'
import { imageEntries } from '../oci/image-entries.ts'
import type { Reference } from '../oci/reference.ts'
import type { ImageContent } from '../oci/store.ts'
import { formatBytes } from '../text/bytes.ts'
import { writeArchive } from '../tree/archive/write-archive.ts'
import { writeTar } from '../tree/archive/write-tar.ts'
import type { FileEntry } from '../tree/file-entry.ts'
import { docker } from './docker.ts'
import type { DockerServer } from './server.ts'
import { socketPath } from './server.ts'

/** Milliseconds that a daemon may take to unpack what it got without saying a word. */
const unpackTimeout = 30 * 60_000

export type LoadOptions = {
  readonly references: readonly Reference[]
  readonly host: Host
  /** Environment of the docker program. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * Puts the image into a daemon's store under every reference, and gives what the daemon calls it. The classic store gets Docker's own form of
 * one platform; the containerd store gets the OCI layout and keeps all platforms of it.
 *
 * @throws ActionError `engine-failed` with what the daemon says, and what reading the image throws
 */
export async function loadImage(
  image: ImageContent,
  server: DockerServer,
  { references, host, env }: LoadOptions,
): Promise<string> {
  const kind = server.store === 'containerd' ? 'oci' : 'docker'
  const entries = imageEntries(image, { kind, references, annotations: {}, signal: host.signal })
  const socket = socketPath(server.endpoint)
  const failure = (found: string, cause?: unknown): ActionError =>
    new ActionError('engine-failed', `Cannot load the image into Docker ${server.version}: ${found}`, { cause })
  try {
    const problem = await (socket === undefined
      ? loadByProgram(entries, host, { ...server.endpoint.env, ...env })
      : loadBySocket(entries, socket, host))
    if (problem !== undefined) throw failure(problem)
  } catch (error) {
    if (error instanceof ActionError) throw error
    if (host.signal.aborted) throw cancelled('loading the image')
    throw failure(messageOf(error), error)
  }
  const [only] = image.tree.images
  return kind === 'docker' && only ? only.config.digest : image.tree.root.digest
}

/** What went wrong, if anything did. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageLoad */
async function loadBySocket(entries: readonly FileEntry[], socket: string, host: Host): Promise<string | undefined> {
  let sent = 0
  const archive = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of writeTar(entries)) {
      sent += piece.length
      host.log.progress(`Loading into Docker: ${formatBytes(sent)}`)
      yield piece
    }
  }
  const response = await host.http({
    method: 'POST',
    url: 'http://docker/images/load?quiet=1',
    headers: { 'content-type': 'application/x-tar' },
    body: Readable.from(archive(), { objectMode: false, highWaterMark: 1024 * 1024 }),
    socket,
    signal: host.signal,
    timeout: unpackTimeout,
  })
  // The status is 200 before the daemon has read anything: what happened is in the lines of the answer.
  const answer = (await readLimited(response.body, limits.answer)).toString('utf8').trim()
  if (response.status !== 200) return `it answered ${response.status}: ${answer}`
  return answer.split('\n').map(errorOf).find(Boolean)
}

function errorOf(line: string): string | undefined {
  try {
    return (parseJson(line) as { readonly error?: string }).error
  } catch {
    return undefined
  }
}

/** Over SSH and TLS the Docker CLI loads, which knows the keys. */
async function loadByProgram(
  entries: readonly FileEntry[],
  host: Host,
  env: LoadOptions['env'],
): Promise<string | undefined> {
  const file = join(mkdtempSync(join(host.tempDir, 'load-')), 'image.tar')
  await writeArchive(file, entries, host)
  const result = await docker(host, ['image', 'load', '--quiet', '--input', file], {
    env,
    timeout: unpackTimeout,
  })
  rmSync(dirname(file), { recursive: true })
  return result.ok ? undefined : result.stderr.trim() || `docker image load exited with ${result.status}`
}
