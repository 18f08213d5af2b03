import { ActionError, toActionError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { IfExists } from '../inputs/inputs.ts'
import type { ImageTree } from '../oci/image-tree.ts'
import { formatReference, type Reference } from '../oci/reference.ts'
import type { Digest } from '../oci/types.ts'
import { tagExists } from '../preflight/tags.ts'
import type { RegistryClient } from '../registry/client.ts'

/** What became of a tag. */
export type TagResult = {
  readonly reference: Reference
  /** `left`: it is another image and stays so, or could not be written, or was not tried because of others. */
  readonly outcome: 'written' | 'unchanged' | 'skipped' | 'left'
  readonly error?: ActionError
}

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
    if (result.error?.code === 'cancelled') throw result.error
    const name = formatReference(reference)
    means.host.log.info(
      result.error ? `${name}: ${result.error.message}` : `${name} → ${means.tree.root.digest}${told[result.outcome]}`,
    )
    results.push(result)
  }
  return results
}

const told: Readonly<Record<TagResult['outcome'], string>> = {
  written: '',
  unchanged: ' (it was that already)',
  skipped: ' was not written: the tag exists as another image',
  left: ' was not written',
}

/** Whether the tag is not what it should be. */
export function isLeft({ outcome }: TagResult): boolean {
  return outcome === 'left'
}

async function attempt(reference: Reference, means: TagMeans): Promise<TagResult> {
  try {
    return { reference, outcome: await writeTag(reference, means) }
  } catch (thrown) {
    return { reference, outcome: 'left', error: toActionError(thrown) }
  }
}

async function writeTag(
  reference: Reference,
  { tree, ifExists, client, host }: TagMeans,
): Promise<Exclude<TagResult['outcome'], 'left'>> {
  const { signal } = host
  const tag = reference.tag ?? 'latest'
  const { digest } = tree.root
  const root = tree.documents.at(-1)
  if (root === undefined) throw new ActionError('internal', 'The image has no manifest')
  if (ifExists !== 'overwrite') {
    const before = await client.headManifest(reference, tag, { signal })
    if (before?.digest === digest) return 'unchanged'
    if (before && ifExists === 'skip') return 'skipped'
    if (before) throw tagExists(reference, before.digest)
  }
  await client.putManifest(reference, tag, root.bytes, root.descriptor.mediaType, { signal })
  await readBack(reference, digest, { client, host })
  return 'written'
}

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
    await clock.sleep(wait, signal)
    found = await look()
  }
  if (found?.digest === digest) return
  throw new ActionError(
    'tag-moved',
    `Wrote ${formatReference(reference)} as ${digest}, but it reads back as ${found?.digest ?? 'missing'}`,
    { hint: 'Another run may have written the same tag in this moment: let only one at a time, with `concurrency`.' },
  )
}
