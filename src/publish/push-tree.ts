import { Readable } from 'node:stream'
import { limits } from '../bounds/limits.ts'
import { parallel } from '../bounds/parallel.ts'
import type { ActionError } from '../errors/action-error.ts'
import { problemsOf } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import type { Document, ImageTree } from '../oci/image-tree.ts'
import { openBlob } from '../oci/layout.ts'
import { isIndexType } from '../oci/media-type.ts'
import { parseIndex, parseManifest } from '../oci/parse.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import { manifestFailureOf } from '../registry/answers/errors.ts'
import type { BlobPush, PushBlobOptions, RegistryClient } from '../registry/client.ts'
import { isUnknown } from '../retry/failure.ts'
import { formatBytes } from '../text/bytes.ts'

/** Blobs that one repository takes at a time, as docker push and crane have it. */
const blobsAtOnce = 4
/** Milliseconds between two lines about a push that takes long. */
const progressEvery = 5_000

export type PushTarget = {
  /** The OCI layout folder that the content is in. */
  readonly dir: string
  /** Blobs that are not in the folder, and the repository that has them. */
  readonly elsewhere?: ReadonlyMap<Digest, Repository>
  readonly repositories: readonly Repository[]
  readonly client: RegistryClient
  readonly host: Host
}

/** What came of it: the repositories that have all of the image, and why others have not. */
export type Pushed = { readonly repositories: readonly Repository[]; readonly errors: readonly ActionError[] }

/**
 * Puts all of `tree` into every repository by digest: blobs, then manifests, then the index, so that nothing in the
 * registry ever names what is not there. Registries go side by side; repositories of one registry one after the other,
 * because the second can take its blobs from the first without a transfer. One that fails does not stop the others.
 *
 * @throws ActionError `cancelled`
 */
export async function pushTree(tree: ImageTree, target: PushTarget): Promise<Pushed> {
  const registries = [...new Set(target.repositories.map(({ registry }) => registry))]
  const pushed = await Promise.all(
    registries.map((name) =>
      pushInTurn(
        tree,
        target,
        target.repositories.filter(({ registry }) => registry === name),
      ),
    ),
  )
  const errors = pushed.flatMap((one) => one.errors)
  const cancelled = errors.find(({ code }) => code === 'cancelled')
  if (cancelled) throw cancelled
  return { repositories: pushed.flatMap((one) => one.repositories), errors }
}

async function pushInTurn(tree: ImageTree, target: PushTarget, repositories: readonly Repository[]): Promise<Pushed> {
  const { signal } = target.host
  const complete: Repository[] = []
  const errors: ActionError[] = []
  for (const repository of repositories) {
    try {
      await pushToRepository(tree, target, { repository, mountFrom: [...complete], signal })
      complete.push(repository)
    } catch (thrown) {
      errors.push(...problemsOf(thrown))
    }
  }
  return { repositories: complete, errors }
}

type Turn = {
  readonly repository: Repository
  readonly mountFrom: readonly Repository[]
  readonly signal: AbortSignal
}

async function pushToRepository(tree: ImageTree, target: PushTarget, turn: Turn): Promise<void> {
  const { host } = target
  const { repository, mountFrom, signal } = turn
  const name = formatRepository(repository)
  const progress = createPushProgress(name, tree.blobs, host)
  await parallel(
    blobsAtOnce,
    tree.blobs,
    async (blob, blobSignal) => {
      const outcome = await pushBlob(blob, target, repository, {
        mountFrom,
        onProgress: (bytes) => progress.sent(blob, bytes),
        signal: blobSignal,
      })
      progress.done(blob, outcome)
    },
    { signal },
  )
  host.log.info(progress.line())

  // Children before parents. What stands on the same level goes up together.
  const parents = tree.documents.slice(-1)
  const children = tree.documents.slice(0, -1)
  for (const documents of [children, parents]) {
    await parallel(
      blobsAtOnce,
      documents,
      (document, documentSignal) => putDocument(document, tree, target, { ...turn, signal: documentSignal }),
      { signal },
    )
  }
}

async function pushBlob(
  blob: Descriptor,
  { dir, elsewhere, client, host }: PushTarget,
  repository: Repository,
  { mountFrom = [], ...options }: PushBlobOptions,
): Promise<BlobPush> {
  const source = elsewhere?.get(blob.digest)
  const open = (start: number): Readable =>
    source ? relayBlob(client, source, { blob, start, signal: host.signal }) : openBlob(dir, blob.digest, start)
  // What was said to be there and is not must not be taken over from where it is said to be.
  const sources = options.unasked === true ? [] : source ? [source, ...mountFrom] : mountFrom
  return await client.pushBlob(repository, blob, open, { ...options, mountFrom: sources })
}

/** Tries for "unknown" content, before it is sent again and after each time. Lagging storage passes by waiting; lost content does not. */
const lagging = [3, 5]

/**
 * Puts a manifest or an index under its digest. A registry that does not know what it refers to gets that again: the storage may have been
 * emptied meanwhile, or a clean-up job removed what no manifest named yet. The second time everything is sent without asking.
 */
async function putDocument(document: Document, tree: ImageTree, target: PushTarget, turn: Turn): Promise<void> {
  const { descriptor, bytes } = document
  const { repository, signal } = turn
  for (let round = 0; ; round++) {
    const attempts = lagging[round]
    try {
      const patience = attempts === undefined ? {} : { laggingAttempts: attempts }
      const { client } = target
      await client.putManifest(repository, descriptor.digest, bytes, descriptor.mediaType, { signal, ...patience })
      return
    } catch (error) {
      if (!isLost(error) || round >= limits.resends) throw error
      const name = formatRepository(repository)
      target.host.log.info(
        `${name}: content of ${descriptor.digest} is missing in the registry and is sent again, ${round + 1} of ${limits.resends}`,
      )
      await sendAgain(document, tree, target, { ...turn, unasked: round > 0 })
    }
  }
}

/** Sends what a document refers to: the blobs of a manifest, the documents of an index. */
async function sendAgain(
  { descriptor, bytes }: Document,
  tree: ImageTree,
  target: PushTarget,
  { unasked, ...turn }: Turn & { readonly unasked: boolean },
): Promise<void> {
  const { repository, signal } = turn
  const what = `Cannot read ${descriptor.digest}`
  if (isIndexType(descriptor.mediaType)) {
    const children = new Set(parseIndex(bytes, what).manifests.map(({ digest }) => digest))
    for (const child of tree.documents.filter((one) => children.has(one.descriptor.digest)))
      await putDocument(child, tree, target, turn)
    return
  }
  const { config, layers } = parseManifest(bytes, what)
  const parts = new Set([config, ...layers].map(({ digest }) => digest))
  const blobs = tree.blobs.filter(({ digest }) => parts.has(digest))
  await parallel(
    blobsAtOnce,
    blobs,
    (blob, blobSignal) => pushBlob(blob, target, repository, { unasked, signal: blobSignal }),
    { signal },
  )
}

/** Whether a registry does not have what was pushed to it. */
function isLost(error: unknown): boolean {
  const failure = manifestFailureOf(error)
  return failure !== undefined && isUnknown(failure)
}

/**
 * The client, for writing tags of `tree`: where the registry does not have the content any more, all of it is pushed there again,
 * once, and then the tag.
 */
export function repairing(tree: ImageTree, target: PushTarget): RegistryClient {
  const { client, host } = target
  return {
    ...client,
    putManifest: async (repository, name, bytes, type, options = {}) => {
      try {
        return await client.putManifest(repository, name, bytes, type, { ...options, laggingAttempts: lagging[0] ?? 1 })
      } catch (error) {
        if (!isLost(error)) throw error
        host.log.info(`${formatRepository(repository)}: content is missing in the registry and is sent again`)
        await pushToRepository(tree, target, { repository, mountFrom: [], signal: host.signal })
        return await client.putManifest(repository, name, bytes, type, options)
      }
    },
  }
}

/** The content of a blob from byte `start` on, streamed from the repository that has it to one that does not. */
function relayBlob(
  client: RegistryClient,
  source: Repository,
  { blob, start, signal }: { readonly blob: Descriptor; readonly start: number; readonly signal: AbortSignal },
): Readable {
  return Readable.from(skip(() => client.getBlob(source, blob, { signal }), start))
}

async function* skip(open: () => Promise<Readable>, start: number): AsyncGenerator<Buffer> {
  let left = start
  for await (const chunk of await open()) {
    const piece: Buffer = chunk
    if (piece.length > left) yield piece.subarray(left)
    left = Math.max(0, left - piece.length)
  }
}

/** Tells how far a push is, at most every few seconds, and what became of the blobs. */
function createPushProgress(name: string, blobs: readonly Descriptor[], { log, clock }: Host) {
  const total = blobs.reduce((sum, { size }) => sum + size, 0)
  const sent = new Map<string, number>()
  const outcomes: Record<BlobPush, number> = { exists: 0, mounted: 0, pushed: 0 }
  let last = clock.now().getTime()

  const tell = (): void => {
    const bytes = [...sent.values()].reduce((sum, part) => sum + part, 0)
    const share = total === 0 ? 100 : Math.floor((bytes / total) * 100)
    const line = `Pushing to ${name}: ${formatBytes(bytes)} of ${formatBytes(total)}, ${share} %`
    log.progress(line)
    const now = clock.now().getTime()
    if (now - last < progressEvery) return
    last = now
    log.info(line)
  }
  return {
    sent: (blob: Descriptor, bytes: number): void => {
      sent.set(blob.digest, bytes)
      tell()
    },
    done: (blob: Descriptor, outcome: BlobPush): void => {
      sent.set(blob.digest, blob.size)
      outcomes[outcome] += 1
      tell()
    },
    line: (): string => {
      const { exists, mounted, pushed } = outcomes
      return `${name}: ${blobs.length} blobs, ${formatBytes(total)}: ${pushed} pushed, ${mounted} mounted, ${exists} already there`
    },
  }
}
