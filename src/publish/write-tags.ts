import { parallel } from '../bounds/parallel.ts'
import { ActionError, type ErrorCode, toActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { pause } from '../host/pause.ts'
import type { IfExists } from '../inputs/inputs.ts'
import type { ImageTree } from '../oci/image-tree.ts'
import { formatReference, type Reference, type Repository, showReference } from '../oci/reference.ts'
import type { Digest } from '../oci/types.ts'
import { tagExists } from '../preflight/check-tag.ts'
import type { ManifestName, RegistryClient } from '../registry/client.ts'
import { findRevision } from '../registry/pull/revision.ts'

/** The result of one tag. */
export type TagResult = { readonly reference: Reference } & (
  | { readonly outcome: 'written' }
  /** The tag is already up to date. */
  | { readonly outcome: 'unchanged' }
  /** The tag exists with another digest, `digest`, and is not updated because of `if-exists: skip`. */
  | { readonly outcome: 'skipped'; readonly digest: Digest }
  /** The tag was not attempted because of an earlier failure. */
  | { readonly outcome: 'not attempted' }
  | { readonly outcome: 'failed'; readonly error: ActionError }
)

/** Whether the tag refers to this image. */
export function isThisImage({ outcome }: TagResult): boolean {
  return outcome === 'written' || outcome === 'unchanged'
}

/** The outcome of one attempt. */
type Attempted = Exclude<TagResult, { outcome: 'not attempted' }>

/**
 * The digests of tags before the push, by their full text; `undefined` for a tag that did not exist. Other tags are not
 * known.
 */
export type TagsBefore = ReadonlyMap<string, Digest | undefined>

/** The image to write to tags, their previous digests, and the handling of existing ones. */
export type TagWriting = {
  readonly tree: ImageTree
  readonly ifExists: IfExists
  readonly before: TagsBefore
  /**
   * Whether the repositories had the image already, so that `before` was read a moment ago: a tag that referred to the
   * image is then not written again.
   */
  readonly isUnchanged: boolean
  readonly client: RegistryClient
  readonly host: Host
}

/**
 * Milliseconds before each further read of a tag that is not up to date yet: registries may be eventually consistent.
 */
const readBackWaits = [250, 500, 1000, 2000, 4000, 8000]

/** Maximum number of concurrent reads or writes of tags of one registry. */
const tagsAtOnce = 10

export type TagReading = {
  readonly client: RegistryClient
  /**
   * Returns a document that a repository is known to have. Finding it shows that HEAD is reliable, so that no tag that
   * does not exist costs a second request.
   */
  readonly knownIn: (repository: Repository) => ManifestName | undefined
  readonly host: Pick<Host, 'signal'>
}

/**
 * Returns the current digest of each tag. Unreadable tags are omitted: the registry may only allow pushes.
 *
 * @throws ActionError `cancelled`
 */
export async function readTags(
  references: readonly Reference[],
  { client, knownIn, host: { signal } }: TagReading,
): Promise<TagsBefore> {
  const found = new Map<string, Digest | undefined>()
  const firsts = new Map(references.toReversed().map((reference) => [reference.registry, reference]))
  const shown = [...firsts.values()].map(async (repository) => {
    const document = knownIn(repository)
    if (document) await client.hasManifest(repository, document, { signal }).catch(() => undefined)
  })
  const read = async (reference: Reference): Promise<void> => {
    try {
      const tag = await client.headManifest(reference, reference.tag ?? 'latest', { signal })
      found.set(formatReference(reference), tag?.digest)
    } catch (error) {
      if (toActionError(error).code === 'cancelled') throw error
    }
  }
  await eachRegistry(references, async (own) => {
    await parallel(tagsAtOnce, own, ([, reference]) => read(reference))
  })
  await Promise.all(shown)
  return found
}

/**
 * Writes the tags concurrently, then reads all of them back. A failure does not stop the others: the error is in its
 * result. Only cancelling the run stops. Returns the results in the order of the tags.
 *
 * @throws ActionError `cancelled`
 */
export async function writeTags(references: readonly Reference[], writing: TagWriting): Promise<readonly TagResult[]> {
  const results: Attempted[] = []
  await eachRegistry(references, async (own) => {
    await parallel(tagsAtOnce, own, async ([at, reference]) => {
      results[at] = await attempt(reference, () => writeTag(reference, writing))
    })
    // Afterwards, not one by one: Distribution on a file system answers 500 to reads of a manifest while it is written
    // under another tag.
    const written = own.filter(([at]) => results[at]?.outcome === 'written')
    await parallel(tagsAtOnce, written, async ([at, reference]) => {
      results[at] = await attempt(reference, () => readBack(reference, writing))
    })
  })
  return results
}

/** Logs the results of tags that should refer to `digest`. */
export function tellTags(results: readonly TagResult[], digest: Digest, { log }: Pick<Host, 'log'>): void {
  for (const result of results) log.info(describe(result, digest))
}

type Numbered = readonly [at: number, reference: Reference]

/** Runs `work` on the tags of each registry, numbered by the order of all tags. */
async function eachRegistry(
  references: readonly Reference[],
  work: (own: readonly Numbered[]) => Promise<void>,
): Promise<void> {
  const numbered = [...references.entries()]
  const registries = [...new Set(references.map(({ registry }) => registry))]
  const lanes = registries.map((registry) => numbered.filter(([, reference]) => reference.registry === registry))
  await parallel(Math.max(1, lanes.length), lanes, work)
}

/** Returns the results of tags that are not attempted. */
export function markNotAttempted(references: readonly Reference[]): readonly TagResult[] {
  return references.map((reference) => ({ reference, outcome: 'not attempted' }))
}

function describe(result: TagResult, digest: Digest): string {
  const name = showReference(result.reference)
  switch (result.outcome) {
    case 'written':
      return `${name} → ${digest}`
    case 'unchanged':
      return `${name}: already up to date (${digest})`
    case 'skipped':
      return `${name}: skipped: already exists with digest ${result.digest}`
    case 'not attempted':
      return `${name}: not updated because an earlier push failed`
    case 'failed': {
      const { message } = result.error
      // Most messages contain the name of the tag.
      const isNamed = [name, formatReference(result.reference)].some((text) => message.includes(text))
      return isNamed ? message : `${name}: ${message}`
    }
  }
}

async function attempt(reference: Reference, work: () => Promise<Attempted>): Promise<Attempted> {
  try {
    return await work()
  } catch (thrown) {
    const error = toActionError(thrown)
    if (error.code === 'cancelled') throw error
    return { reference, outcome: 'failed', error }
  }
}

/** Writes a tag. The result is `written` before it is read back. */
async function writeTag(reference: Reference, writing: TagWriting): Promise<Attempted> {
  const { tree, ifExists, client, host } = writing
  const { signal } = host
  const tag = reference.tag ?? 'latest'
  const root = tree.documents.at(-1)
  if (root === undefined) throw new ActionError('internal', 'The image has no manifest')
  const look = async () => (await client.headManifest(reference, tag, { signal }))?.digest
  if (writing.isUnchanged && writing.before.get(formatReference(reference)) === tree.root.digest) {
    return { reference, outcome: 'unchanged' }
  }
  if (ifExists !== 'overwrite') {
    const found = await look()
    const settled = settle(reference, found, writing)
    if (settled) return settled
    if (found) throw await tagExists(reference, found, { registry: client, host })
  }
  try {
    await client.putManifest(reference, tag, root.bytes, root.descriptor.mediaType, { signal })
  } catch (thrown) {
    const error = toActionError(thrown)
    if (!rejections.has(error.code)) throw error
    // If tags are immutable, the registry also rejects writes without a change: the tag may have been written by an
    // earlier attempt of the run, or by this one if its answer was lost.
    const found = await look().catch((second: unknown) => {
      if (toActionError(second).code === 'cancelled') throw second
      return undefined
    })
    const settled = settle(reference, found, writing)
    if (settled) return settled
    throw found === undefined ? error : error.with({ hint: `The tag already exists with digest ${found}.` })
  }
  return { reference, outcome: 'written' }
}

/** Returns the result if a tag that exists as `found` need not or must not be written. */
function settle(
  reference: Reference,
  found: Digest | undefined,
  { tree, ifExists }: Pick<TagWriting, 'tree' | 'ifExists'>,
): Attempted | undefined {
  if (found === undefined) return undefined
  if (found === tree.root.digest) return { reference, outcome: 'unchanged' }
  return ifExists === 'skip' ? { reference, outcome: 'skipped', digest: found } : undefined
}

/** The errors with which a registry may protect an existing tag. */
const rejections: ReadonlySet<ErrorCode> = new Set(['tag-exists', 'registry-denied', 'registry-refused'])

/**
 * Reads a tag back. Registries with caches may answer with the old digest for some seconds after a new one was written.
 * A digest that is neither the old one nor ours is of another run: waiting does not help.
 */
async function readBack(
  reference: Reference,
  { tree, ifExists, before, client, host }: TagWriting,
): Promise<Attempted> {
  const { clock, signal } = host
  const { digest } = tree.root
  const name = formatReference(reference)
  // A protected tag did not exist.
  const previous = ifExists === 'overwrite' ? before : new Map([[name, undefined]])
  const look = async () =>
    (await client.headManifest(reference, reference.tag ?? 'latest', { signal, justPushed: true }))?.digest
  const isForeign = (found: Digest | undefined): boolean =>
    found !== undefined && previous.has(name) && found !== previous.get(name)
  let found = await look()
  for (const wait of readBackWaits) {
    if (found === digest || isForeign(found)) break
    await pause(wait, { clock, signal })
    found = await look()
  }
  if (found !== digest) throw await tagMoved(reference, { digest, found, foreign: isForeign(found) }, { client, host })
  return { reference, outcome: 'written' }
}

/**
 * Creates the error for a tag that does not have the written digest. Its image may name the commit from which it was
 * built.
 */
async function tagMoved(
  reference: Reference,
  {
    digest,
    found,
    foreign,
  }: { readonly digest: Digest; readonly found: Digest | undefined; readonly foreign: boolean },
  { client, host: { env, signal } }: Pick<TagWriting, 'client' | 'host'>,
): Promise<ActionError> {
  const revision = found && (await findRevision(client, reference, { digest: found, signal }))
  const commit = revision === env['GITHUB_SHA'] ? 'the same commit' : `commit ${revision?.slice(0, 40)}`
  const origin = revision === undefined ? '' : `, built from ${commit}`
  const message = `Cannot verify ${formatReference(reference)}: ${digest} was written, but the registry returns ${found ?? 'no image'}${origin}`
  return new ActionError('tag-moved', message, {
    hint: foreign
      ? 'Allow one run at a time with `concurrency`, then run the job again. Another run wrote the same tag at the same time.'
      : 'Run the job again. If another run writes the same tag, allow one run at a time with `concurrency`.',
  })
}
