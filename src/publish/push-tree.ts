import { limits } from '../bounds/limits.ts'
import { parallel } from '../bounds/parallel.ts'
import type { Existing, Looked } from '../engine/built.ts'
import type { ActionError } from '../errors/action-error.ts'
import { isCancelOfOther } from '../errors/cancelled.ts'
import { problemsOf } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import type { Document, ImageTree } from '../oci/image-tree.ts'
import { isIndexType } from '../oci/media-type.ts'
import { parseIndex, parseManifest } from '../oci/parse.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import { alsoIn, type BlobPut, type BlobReader, copyBlobs } from '../oci/store.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import { manifestFailureOf } from '../registry/answers/errors.ts'
import type { RegistryClient } from '../registry/client.ts'
import { type RegistryStore, registryStore } from '../registry/registry-store.ts'
import { isUnknown } from '../retry/failure.ts'
import { formatBytes } from '../text/bytes.ts'
import { findExisting } from './find-existing.ts'
import { currentOf } from './look-early.ts'

/** Maximum number of concurrent pushes to repositories of one registry that mount the content. */
const repositoriesAtOnce = 4
/**
 * Maximum number of complete repositories from which mounting a blob is tried: a registry that does not mount would
 * otherwise be asked for every pair of repositories.
 */
const mountSources = 2
/** Maximum number of concurrent manifest pushes to one repository. */
const documentsAtOnce = 4
/** Milliseconds between two progress messages of a long push. */
const progressEvery = 5_000

export type PushOptions = {
  /** The reader of the blobs. */
  readonly from: BlobReader
  readonly to: readonly RegistryStore[]
  /** Whether a repository is known to have a blob or a document, which is then not sent. Default: nothing is known. */
  readonly existsIn?: ((digest: Digest, repository: Repository) => boolean) | undefined
  /** The answers to earlier requests about `tree`. */
  readonly looked?: Looked | undefined
  /** Whether to leave out the root document if a repository has all of the rest: its tags carry it. */
  readonly leaveRoot?: boolean
  readonly host: Host
}

/** The outcome of a push. */
export type Pushed = {
  /** The repositories that have all of the image. */
  readonly repositories: readonly Repository[]
  /** The errors of the other repositories. */
  readonly errors: readonly ActionError[]
  /** Whether all repositories had all of the image before. */
  readonly isUnchanged: boolean
  /** Whether the root document was left out, so that the repositories do not have it until it has a tag. */
  readonly isRootLeft: boolean
}

/**
 * Pushes all of `tree` to every repository by digest: blobs, then manifests, then the index, so that the registry never
 * refers to missing content. What a repository has is not sent. Registries are processed in parallel. In each, one repository is completed
 * first, because the others can mount its blobs. A failure does not stop the other pushes.
 *
 * @throws ActionError `cancelled`
 */
export async function pushTree(tree: ImageTree, options: PushOptions): Promise<Pushed> {
  const registries = [...new Set(options.to.map(({ repository }) => repository.registry))]
  const ofRegistry = (name: string) => options.to.filter(({ repository }) => repository.registry === name)
  const pushed = await Promise.all(registries.map((name) => pushInTurn(tree, ofRegistry(name), options)))
  const errors = pushed.flatMap((one) => one.errors)
  const cancelled = errors.find(({ code }) => code === 'cancelled')
  if (cancelled) throw cancelled
  return {
    repositories: pushed.flatMap((one) => one.repositories),
    errors,
    isUnchanged: pushed.every((one) => one.isUnchanged),
    isRootLeft: pushed.some((one) => one.isRootLeft),
  }
}

async function pushInTurn(
  tree: ImageTree,
  stores: readonly RegistryStore[],
  { from, existsIn, looked, leaveRoot = false, host }: PushOptions,
): Promise<Pushed> {
  const complete: Repository[] = []
  const errors = new Map<RegistryStore, readonly ActionError[]>()
  let isUnchanged = true
  let isRootLeft = false
  const pushTo = async (store: RegistryStore): Promise<void> => {
    try {
      const existing = await existingIn(tree, store, { existsIn, looked, signal: host.signal })
      if (existing.has.size < tree.blobs.length + tree.documents.length) isUnchanged = false
      const mountFrom = complete.slice(0, mountSources)
      const rest = leaveRoot && lacksOnlyRoot(tree, existing) ? documentsBelowRoot(tree) : tree
      if (rest !== tree) isRootLeft = true
      await pushToRepository(rest, { from, mountFrom, existing, store, host })
      complete.push(store.repository)
    } catch (thrown) {
      errors.set(store, problemsOf(thrown))
    }
  }
  const left = [...stores]
  while (complete.length === 0 && left.length > 0) await pushTo(left.shift() as RegistryStore)
  await parallel(repositoriesAtOnce, left, pushTo)
  // In the order of the plan, not in that of the answers.
  const isComplete = new Set(complete)
  return {
    repositories: stores.map(({ repository }) => repository).filter((repository) => isComplete.has(repository)),
    errors: stores.flatMap((store) => errors.get(store) ?? []),
    isUnchanged: isUnchanged && errors.size === 0,
    isRootLeft,
  }
}

function lacksOnlyRoot({ root, blobs, documents }: ImageTree, { has }: Existing): boolean {
  const all = [...blobs, ...documents.map(({ descriptor }) => descriptor)]
  return !has.has(root.digest) && all.every(({ digest }) => digest === root.digest || has.has(digest))
}

function documentsBelowRoot(tree: ImageTree): ImageTree {
  return { ...tree, documents: tree.documents.filter(({ descriptor }) => descriptor.digest !== tree.root.digest) }
}

/** Returns what a repository has, from the earlier answers or by asking. */
async function existingIn(
  tree: ImageTree,
  store: RegistryStore,
  { existsIn, looked, signal }: Pick<PushOptions, 'existsIn' | 'looked'> & { readonly signal: AbortSignal },
): Promise<Existing> {
  try {
    const earlier = looked?.existing(store.repository)
    if (earlier) return await earlier
  } catch (error) {
    // The limit of the build's time cancels these requests, but not the push of a complete image.
    if (!isCancelOfOther(error, signal)) throw error
  }
  const current = currentOf(await looked?.tags, store.repository)
  return findExisting(tree, store, { existsIn, current, signal })
}

/** A push to one repository. */
type Push = {
  readonly from: BlobReader
  readonly store: RegistryStore
  readonly host: Host
}

async function pushToRepository(
  tree: ImageTree,
  { mountFrom, existing, ...push }: Push & { readonly mountFrom: readonly Repository[]; readonly existing: Existing },
): Promise<void> {
  const { from, store, host } = push
  const { signal } = host
  const isMissing = ({ digest }: Descriptor): boolean => !existing.has.has(digest)
  const progress = createPushProgress(formatRepository(store.repository), tree.blobs, host)
  for (const blob of tree.blobs) if (!isMissing(blob)) progress.done(blob, 'exists')
  const put: RegistryStore['put'] = async (blob, reader, options) => {
    const onProgress = (bytes: number): void => progress.sent(blob, bytes)
    const outcome = await store.put(blob, reader, { ...options, onProgress, unasked: existing.lacks.has(blob.digest) })
    progress.done(blob, outcome)
    return outcome
  }
  await copyBlobs(tree.blobs.filter(isMissing), alsoIn(from, mountFrom), { put }, { signal })
  host.log.info(progress.line())

  // Children before parents. Manifests are pushed in parallel, then the indexes, of which one may contain another.
  const missing = tree.documents.filter(({ descriptor }) => isMissing(descriptor))
  const isIndex = ({ descriptor }: Document): boolean => isIndexType(descriptor.mediaType)
  const manifests = missing.filter((document) => !isIndex(document))
  for (const documents of [manifests, ...missing.filter(isIndex).map((index) => [index])]) {
    await parallel(
      documentsAtOnce,
      documents,
      (document, documentSignal) => putDocument(document, tree, { ...push, signal: documentSignal }),
      { signal },
    )
  }
}

type Sending = Push & { readonly signal: AbortSignal }

/**
 * Number of attempts while content is reported as unknown, before it is pushed again and after each time. Eventually
 * consistent storage recovers; lost content does not.
 */
const lagging = [3, 5]

/**
 * Pushes a manifest or an index by digest. If the registry does not have content that it refers to, pushes that content
 * again: the storage may have been emptied in the meantime, or garbage collection removed content without a manifest.
 * The second time, everything is pushed without checking for it.
 */
async function putDocument(document: Document, tree: ImageTree, push: Sending): Promise<void> {
  const { store, host, signal } = push
  for (let round = 0; ; round++) {
    const attempts = lagging[round]
    try {
      const patience = attempts === undefined ? {} : { laggingAttempts: attempts }
      return await store.putDocument(document, { signal, ...patience })
    } catch (error) {
      if (!isLost(error) || round >= limits.resends) throw error
      const name = formatRepository(store.repository)
      host.log.info(
        `${name}: content of ${document.descriptor.digest} is missing in the registry and is sent again, ${round + 1} of ${limits.resends}`,
      )
      await sendAgain(document, tree, { ...push, unasked: round > 0 })
    }
  }
}

/** Pushes the content that a document refers to: the blobs of a manifest, the documents of an index. */
async function sendAgain(
  { descriptor, bytes }: Document,
  tree: ImageTree,
  { unasked, ...push }: Sending & { readonly unasked: boolean },
): Promise<void> {
  const { from, store, signal } = push
  const what = `Cannot read ${descriptor.digest}`
  if (isIndexType(descriptor.mediaType)) {
    const children = new Set(parseIndex(bytes, what).manifests.map(({ digest }) => digest))
    for (const child of tree.documents.filter((one) => children.has(one.descriptor.digest)))
      await putDocument(child, tree, push)
    return
  }
  const { config, layers } = parseManifest(bytes, what)
  const parts = new Set([config, ...layers].map(({ digest }) => digest))
  const blobs = tree.blobs.filter(({ digest }) => parts.has(digest))
  const put: RegistryStore['put'] = (blob, reader, options) =>
    store.put(blob, reader, { ...options, unasked, unmounted: unasked })
  await copyBlobs(blobs, from, { put }, { signal })
}

/** Whether a registry does not have content that was pushed to it. */
function isLost(error: unknown): boolean {
  const failure = manifestFailureOf(error)
  return failure !== undefined && isUnknown(failure)
}

/**
 * Wraps the client for writing tags of `tree`: if the registry has lost the content, all of it is pushed again, once,
 * before the tag.
 */
export function repairing(
  client: RegistryClient,
  tree: ImageTree,
  { from, host }: Pick<PushOptions, 'from' | 'host'>,
): RegistryClient {
  // Tags are written concurrently: one push repairs the repository for all of them.
  const repairs = new Map<string, Promise<void>>()
  const repair = (repository: Repository): Promise<void> => {
    const name = formatRepository(repository)
    const running = repairs.get(name)
    if (running !== undefined) return running
    host.log.info(`${name}: content is missing in the registry and is sent again`)
    const store = registryStore(client, repository)
    const push = pushToRepository(tree, { from, mountFrom: [], existing: nothing, store, host })
    const ended = push.finally(() => repairs.delete(name))
    repairs.set(name, ended)
    return ended
  }
  return {
    ...client,
    putManifest: async (repository, name, bytes, type, options = {}) => {
      try {
        return await client.putManifest(repository, name, bytes, type, { ...options, laggingAttempts: lagging[0] ?? 1 })
      } catch (error) {
        if (!isLost(error)) throw error
        await repair(repository)
        return await client.putManifest(repository, name, bytes, type, options)
      }
    },
  }
}

/** Of a repository that lost content, nothing is known. */
const nothing: Existing = { has: new Set(), lacks: new Set() }

/** Creates a reporter that logs the progress of a push at most every few seconds, and the results of the blobs. */
function createPushProgress(name: string, blobs: readonly Descriptor[], { log, clock }: Host) {
  const total = blobs.reduce((sum, { size }) => sum + size, 0)
  const sent = new Map<string, number>()
  const outcomes: Record<BlobPut, number> = { exists: 0, mounted: 0, pushed: 0 }
  // Updated, not summed up: it is needed for each piece of each blob.
  let bytes = 0
  let last = clock.now().getTime()

  const count = ({ digest }: Descriptor, now: number): void => {
    bytes += now - (sent.get(digest) ?? 0)
    sent.set(digest, now)
  }
  const tell = (): void => {
    const share = total === 0 ? 100 : Math.floor((bytes / total) * 100)
    const line = `Pushing to ${name}: ${formatBytes(bytes)} of ${formatBytes(total)}, ${share} %`
    log.progress(line)
    const now = clock.now().getTime()
    if (now - last < progressEvery) return
    last = now
    log.info(line)
  }
  return {
    sent: (blob: Descriptor, bytesOfBlob: number): void => {
      count(blob, bytesOfBlob)
      tell()
    },
    done: (blob: Descriptor, outcome: BlobPut): void => {
      count(blob, blob.size)
      outcomes[outcome] += 1
      tell()
    },
    line: (): string => {
      const { exists, mounted, pushed } = outcomes
      return `${name}: ${blobs.length} blobs, ${formatBytes(total)}: ${pushed} pushed, ${mounted} mounted, ${exists} already exist`
    },
  }
}
