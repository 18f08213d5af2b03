import { limits } from '../bounds/limits.ts'
import type { Built } from '../engine/built.ts'
import { ActionError, mayPassLater } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import { toDockerTypes } from '../oci/docker-types.ts'
import type { Image, ImageTree } from '../oci/image-tree.ts'
import { formatReference, formatRepository, type Reference, type Repository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import { isTypeRejection } from '../registry/answers/errors.ts'
import type { RegistryClient } from '../registry/client.ts'
import { registryStore } from '../registry/registry-store.ts'
import type { Run } from '../run-context.ts'
import { type Pushed, type PushOptions, pushTree, repairing } from './push-tree.ts'
import { markNotAttempted, readTags, type TagResult, type TagsBefore, tellTags, writeTags } from './write-tags.ts'

export type Published = {
  /** As confirmed by the registries. */
  readonly digest: Digest
  /** The descriptor of the manifest or index that the tags refer to. */
  readonly descriptor: Descriptor
  readonly images: readonly Image[]
  /** The repositories that have all of the image, by digest. */
  readonly repositories: readonly Repository[]
  /** The result of each tag, in the order of writing. */
  readonly tags: readonly TagResult[]
  /** All failures combined into one error; the step fails with it after it has written its report. */
  readonly error: ActionError | undefined
}

/**
 * Pushes the image to every repository of the plan: all content first, then the fixed tags, then the moving ones, those
 * of a stage concurrently, each verified by reading it back. If pushing content fails, no tag is written; if writing a fixed tag fails, moving tags
 * are not written. Every registry is attempted before the step fails.
 * The error in the result is that of the registry; `tag-moved` if a tag reads back with another digest, `tag-exists` if
 * a fixed one exists with another digest and must not be overwritten; several errors are combined. `content` is content
 * that has already been pushed.
 *
 * @throws ActionError `cancelled`
 */
export async function publish(run: Run, built: Built, content?: PublishedContent): Promise<Published> {
  return run.host.log.group('Publish', async () => {
    const leaveRoot = content === undefined && mayCarryRoot(run, built)
    const published = await publishOnce(run, built, { content, leaveRoot })
    // The answer to the document by digest distinguishes a registry that does not accept it from a protected tag.
    return published ?? ((await publishOnce(run, built, { content, leaveRoot: false })) as Published)
  })
}

/**
 * Whether the tags may carry the root document to the registry if it is all that a repository lacks, which saves the request that
 * pushes it by digest: nothing has to read the image before its tags, and the first of them are written in any case. With several
 * repositories, one may reject the document after another has got a tag.
 */
function mayCarryRoot({ plan }: Run, { content }: Built): boolean {
  const isProtected = plan.ifExists !== 'overwrite' && plan.tags.some(({ moves }) => !moves)
  const isReadBefore = plan.beforeTags !== undefined || content?.referrersFrom !== undefined
  return plan.tags.length > 0 && !isProtected && !isReadBefore && repositoriesOf(plan.references).length === 1
}

type Publishing = {
  readonly content: PublishedContent | undefined
  /** Whether to leave the root document to the tags if it is all that the repository lacks. */
  readonly leaveRoot: boolean
}

/** Publishes the image. Undefined if the root document was left to the tags, and the registry rejected all of them. */
async function publishOnce(run: Run, built: Built, { content, leaveRoot }: Publishing): Promise<Published | undefined> {
  const { plan, access, host } = run
  const client = access.registry
  const fixedTags = plan.tags.filter(({ moves }) => !moves).map(({ reference }) => reference)
  const movingTags = plan.tags.filter(({ moves }) => moves).map(({ reference }) => reference)
  const knownIn = (repository: Repository): Descriptor | undefined => {
    const known = built.content?.tree.documents.find(({ descriptor }) =>
      built.content?.existsIn?.(descriptor.digest, repository),
    )
    return known?.descriptor
  }
  // Read in parallel to the push: the previous digest of a tag distinguishes an eventually consistent registry from a
  // concurrent run that writes the same tag.
  // If fixed tags are protected, each is checked immediately before it is written.
  const asked = plan.ifExists === 'overwrite' ? plan.references : movingTags
  const [pushed, before] = await Promise.all([
    content ?? pushContent(run, built, { leaveRoot }),
    earlierTags(run, built, asked).then((known) => known ?? readTags(asked, { client, knownIn, host })),
  ])
  const { tree, errors, isUnchanged, isRootLeft } = pushed
  const writer = countWrites(pushed.client)
  const writing = { tree, ifExists: plan.ifExists, before, isUnchanged, client: writer.client, host }
  const isMissing = (): boolean => isRootLeft && writer.writes() === 0
  const isRejected = (results: readonly TagResult[]): boolean =>
    isMissing() && results.some((tag) => tag.outcome === 'failed' && !mayPassLater(tag.error.code))
  const fixed = errors.length > 0 ? markNotAttempted(fixedTags) : await writeTags(fixedTags, writing)
  if (isRejected(fixed)) return undefined
  tellTags(fixed, tree.root.digest, host)
  const moving =
    errors.length > 0 || fixed.some(({ outcome }) => outcome === 'failed')
      ? markNotAttempted(movingTags)
      : await writeTags(movingTags, { ...writing, ifExists: 'overwrite' })
  if (isRejected(moving)) return undefined
  tellTags(moving, tree.root.digest, host)
  const tags = [...fixed, ...moving]
  const all = [...errors, ...tags.flatMap((tag) => (tag.outcome === 'failed' ? tag.error : []))]
  return {
    digest: tree.root.digest,
    descriptor: tree.root,
    images: tree.images,
    repositories: isMissing() ? [] : pushed.repositories,
    tags,
    error: all.length === 0 ? undefined : combine('Publishing', all),
  }
}

/** Returns the client, and the number of manifests that it has written. */
function countWrites(client: RegistryClient): { readonly client: RegistryClient; readonly writes: () => number } {
  let writes = 0
  const putManifest: RegistryClient['putManifest'] = async (...given) => {
    const digest = await client.putManifest(...given)
    writes += 1
    return digest
  }
  return { client: { ...client, putManifest }, writes: () => writes }
}

/**
 * Returns the digests that `asked` had a moment ago, if they need not be read again: all of these tags referred to the image, or they
 * were read for this purpose. Undefined if not: another run may have moved a tag during a long build.
 */
async function earlierTags(
  { plan, host: { clock } }: Run,
  { content }: Built,
  asked: readonly Reference[],
): Promise<TagsBefore | undefined> {
  // Commands between the content and the tags may take any time, and write tags.
  const tags = plan.beforeTags === undefined ? await content?.looked?.tags : undefined
  if (content === undefined || tags === undefined || clock.now().getTime() - tags.since > limits.freshTags)
    return undefined
  const found = asked.flatMap((reference) => {
    const name = formatReference(reference)
    const documents = tags.documents.get(name)
    return documents === undefined ? [] : [[name, documents[0]?.digest] as const]
  })
  const isUnchanged = found.length === asked.length && found.every(([, digest]) => digest === content.tree.root.digest)
  return tags.areForWriting === true || isUnchanged ? new Map(found) : undefined
}

/** The content in the registries, and the client that writes its tags. */
export type PublishedContent = Pushed & { readonly tree: ImageTree; readonly client: RegistryClient }

/**
 * Pushes the content by digest to every repository of the plan, without tags. Content that the builder has pushed is
 * skipped. `leaveRoot` is that of `PushOptions`.
 *
 * @throws ActionError `cancelled`; all other errors are in the result
 */
export async function pushContent(
  { plan, access, host }: Run,
  { content }: Built,
  { leaveRoot = false }: Pick<PushOptions, 'leaveRoot'> = {},
): Promise<PublishedContent> {
  const client = access.registry
  const repositories = repositoriesOf(plan.references)
  if (content === undefined) throw new ActionError('internal', 'An image that was only loaded cannot be published')
  const { tree, blobs, isPushed, existsIn, isFixed, referrersFrom, looked } = content
  if (isPushed) return { tree, repositories, errors: [], isUnchanged: false, isRootLeft: false, client }
  const stores = repositories.map((repository) => registryStore(client, repository))
  const options = { from: blobs, to: stores, existsIn, looked, leaveRoot, host }
  const pushed = isFixed ? { tree, ...(await pushTree(tree, options)) } : await pushAcceptedTypes(tree, options)
  if (referrersFrom !== undefined)
    await copyAllReferrers(tree, pushed.repositories, { source: referrersFrom, client, host })
  return { ...pushed, client: repairing(client, pushed.tree, options) }
}

/** Copies the artifacts that refer to a promoted image to all other repositories that have it. Loads the code on demand. */
async function copyAllReferrers(
  tree: ImageTree,
  targets: readonly Repository[],
  { source, ...copying }: { readonly source: Repository; readonly client: RegistryClient; readonly host: Host },
): Promise<void> {
  const others = targets.filter((target) => formatRepository(target) !== formatRepository(source))
  if (others.length === 0) return
  const { copyReferrers } = await import('./copy-referrers.ts')
  for (const target of others) await copyReferrers(tree, { source, target, ...copying })
}

/**
 * Pushes the image. If a registry accepts only Docker's media types, pushes it again with those to all repositories, so
 * that the image has one digest in all registries. No tag has been written at this point.
 */
async function pushAcceptedTypes(
  tree: ImageTree,
  options: PushOptions,
): Promise<Pushed & { readonly tree: ImageTree }> {
  const pushed = { tree, ...(await pushTree(tree, options)) }
  const refused = pushed.errors.find(isTypeRejection)
  if (refused === undefined) return pushed
  const docker = toDockerTypes(tree)
  if (!docker.ok) {
    const hint = `This image cannot have Docker media types: ${docker.why}.`
    return { ...pushed, errors: pushed.errors.map((error) => (error === refused ? error.with({ hint }) : error)) }
  }
  options.host.log.info(`${refused.message}; trying Docker media types`)
  const again = { tree: docker.tree, ...(await pushTree(docker.tree, { ...options, looked: undefined })) }
  // The media types were not the cause, so report the first rejection.
  if (again.errors.length > 0) return pushed
  const names = options.to.map(({ repository }) => formatRepository(repository)).join(', ')
  options.host.runner.notice(
    `A registry does not accept OCI media types, so the image was pushed with Docker media types to ${names}. Its digest is ${docker.tree.root.digest}; it would be ${tree.root.digest} with OCI media types.`,
  )
  return again
}
