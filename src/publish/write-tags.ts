import { ActionError, type ErrorCode, toActionError, withHint } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { IfExists } from '../inputs/inputs.ts'
import type { ImageTree } from '../oci/image-tree.ts'
import { formatReference, type Reference } from '../oci/reference.ts'
import type { Digest } from '../oci/types.ts'
import { pause } from '../pause.ts'
import { tagExists } from '../preflight/tags.ts'
import type { RegistryClient } from '../registry/client.ts'

/** What became of a tag. */
export type TagResult = { readonly reference: Reference } & (
  | { readonly outcome: 'written' }
  /** It was this image already. */
  | { readonly outcome: 'unchanged' }
  /** It is another image, `digest`, and stays so, as `if-exists: skip` asks for. */
  | { readonly outcome: 'skipped'; readonly digest: Digest }
  /** It was not tried, because of what went wrong before. */
  | { readonly outcome: 'held back' }
  | { readonly outcome: 'failed'; readonly error: ActionError }
)

/** Whether the tag is this image now. */
export function isThisImage({ outcome }: TagResult): boolean {
  return outcome === 'written' || outcome === 'unchanged'
}

/** What comes of trying. */
type Tried = Exclude<TagResult, { outcome: 'held back' }>

export type TagMeans = {
  readonly tree: ImageTree
  readonly ifExists: IfExists
  readonly client: RegistryClient
  readonly host: Host
}

/** Milliseconds before each further look at a tag that does not read back yet: registries lag behind themselves. */
const patience = [250, 500, 1000, 2000, 4000, 8000]

/**
 * Writes the tags one after the other and reads each back. One that fails does not keep the others from being tried: the
 * error is in its result. Only a cancelled run stops.
 *
 * @throws ActionError `cancelled`
 */
export async function writeTags(references: readonly Reference[], means: TagMeans): Promise<readonly TagResult[]> {
  const results: TagResult[] = []
  for (const reference of references) {
    const result = await attempt(reference, means)
    means.host.log.info(tell(formatReference(reference), result, means.tree.root.digest))
    results.push(result)
  }
  return results
}

/** The tags that are not tried, and the log's lines about them. */
export function holdBack(references: readonly Reference[], { log }: Pick<Host, 'log'>): readonly TagResult[] {
  return references.map((reference) => {
    log.info(`${formatReference(reference)}: not updated because an earlier tag failed`)
    return { reference, outcome: 'held back' }
  })
}

function tell(name: string, result: Tried, digest: Digest): string {
  switch (result.outcome) {
    case 'written':
      return `${name} → ${digest}`
    case 'unchanged':
      return `${name}: already up to date (${digest})`
    case 'skipped':
      return `${name}: skipped, already exists with digest ${result.digest}`
    case 'failed':
      // Most messages name the tag.
      return result.error.message.includes(name) ? result.error.message : `${name}: ${result.error.message}`
  }
}

async function attempt(reference: Reference, means: TagMeans): Promise<Tried> {
  try {
    return await writeTag(reference, means)
  } catch (thrown) {
    const error = toActionError(thrown)
    if (error.code === 'cancelled') throw error
    return { reference, outcome: 'failed', error }
  }
}

async function writeTag(reference: Reference, means: TagMeans): Promise<Tried> {
  const { tree, ifExists, client, host } = means
  const { signal } = host
  const tag = reference.tag ?? 'latest'
  const root = tree.documents.at(-1)
  if (root === undefined) throw new ActionError('internal', 'The image has no manifest')
  const look = async () => (await client.headManifest(reference, tag, { signal }))?.digest
  if (ifExists !== 'overwrite') {
    const before = await look()
    const settled = settle(reference, before, means)
    if (settled) return settled
    if (before) throw await tagExists(reference, before, { registry: client, host })
  }
  try {
    await client.putManifest(reference, tag, root.bytes, root.descriptor.mediaType, { signal })
  } catch (thrown) {
    const error = toActionError(thrown)
    if (!refusals.has(error.code)) throw error
    // Where tags are immutable the registry refuses also what would change nothing: what an earlier attempt of the run has
    // written, or this one, when the answer was lost.
    const found = await look().catch((second: unknown) => {
      if (toActionError(second).code === 'cancelled') throw second
      return undefined
    })
    const settled = settle(reference, found, means)
    if (settled) return settled
    throw found === undefined ? error : withHint(error, `The tag exists: it is ${found}.`)
  }
  await readBack(reference, tree.root.digest, { client, host })
  return { reference, outcome: 'written' }
}

/** The result where a tag that is `found` need not be written, or must not. */
function settle(
  reference: Reference,
  found: Digest | undefined,
  { tree, ifExists }: Pick<TagMeans, 'tree' | 'ifExists'>,
): Tried | undefined {
  if (found === undefined) return undefined
  if (found === tree.root.digest) return { reference, outcome: 'unchanged' }
  return ifExists === 'skip' ? { reference, outcome: 'skipped', digest: found } : undefined
}

/** What a registry that guards a tag may answer to writing it. */
const refusals: ReadonlySet<ErrorCode> = new Set(['tag-exists', 'registry-denied', 'registry-refused'])

/** Registries with caches may answer with the old digest for some seconds after the new one was written. */
async function readBack(
  reference: Reference,
  digest: Digest,
  { client, host: { clock, signal } }: Pick<TagMeans, 'client' | 'host'>,
): Promise<void> {
  const look = () => client.headManifest(reference, reference.tag ?? 'latest', { signal, justPushed: true })
  let found = await look()
  for (const wait of patience) {
    if (found?.digest === digest) return
    await pause(wait, { clock, signal })
    found = await look()
  }
  if (found?.digest === digest) return
  throw new ActionError(
    'tag-moved',
    `Wrote ${formatReference(reference)} as ${digest}, but it reads back as ${found?.digest ?? 'missing'}`,
    { hint: 'Another run may have written the same tag in this moment: let only one at a time, with `concurrency`.' },
  )
}
