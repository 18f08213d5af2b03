import { parallel } from '../bounds/parallel.ts'
import type { BuiltImage, CurrentDocument, CurrentTags, Existing, Looked } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Document } from '../oci/image-tree.ts'
import { isIndexType, isManifestType } from '../oci/media-type.ts'
import { parseIndex, parseManifest } from '../oci/parse.ts'
import { formatReference, formatRepository, type Reference, type Repository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import { registryStore } from '../registry/registry-store.ts'
import type { Run } from '../run-context.ts'
import { findExisting } from './find-existing.ts'
import { readTags } from './write-tags.ts'

/** Asks registries what they have of an image before the image is published. */
export type EarlyLook = {
  /** Looks up the content of a built image in the first repository of each registry, and returns the image with the answers. */
  readonly lookFor: (image: BuiltImage) => BuiltImage
}

/** Maximum number of tags that are read early: with more, the requests would take longer than they save. */
const tagsAtMost = 10
/** Maximum number of manifests of an index that are read. */
const manifestsAtMost = 16

/**
 * Reads the tags of the plan while the engine builds, and looks up the content of the image, once `passed` resolves, while it is verified.
 * Publishing then knows what to send, or that all of it exists. Nothing is written.
 */
export function lookEarly(
  run: Run,
  passed: Promise<void>,
  readTags: () => ReturnType<typeof readCurrentTags>,
): EarlyLook {
  const { plan, access, host } = run
  const tags = readTags()
  return {
    lookFor: (image) => {
      if (!plan.push || image.isPushed || image.forVerification) return image
      const { tree, existsIn } = image
      const registries = new Map(
        repositoriesOf(plan.references)
          .toReversed()
          .map((repository) => [repository.registry, repository]),
      )
      const existing = new Map<string, Promise<Existing>>()
      for (const repository of registries.values()) {
        const look = async (): Promise<Existing> => {
          await passed
          const current = currentOf(await tags, repository)
          const store = registryStore(access.registry, repository)
          return findExisting(tree, store, { existsIn, current, opens: true, signal: host.signal })
        }
        const looking = look()
        // Publishing gets the error, if it is reached.
        looking.catch(() => undefined)
        existing.set(formatRepository(repository), looking)
      }
      return { ...image, looked: { tags, existing: (repository) => existing.get(formatRepository(repository)) } }
    },
  }
}

/** Returns the documents that the tags of a repository referred to; undefined if that is not known. */
export function currentOf(
  tags: CurrentTags | undefined,
  repository: Repository,
): readonly CurrentDocument[] | undefined {
  if (tags === undefined) return undefined
  const start = `${formatRepository(repository)}:`
  return [...tags.documents].flatMap(([name, documents]) => (name.startsWith(start) ? documents : []))
}

function summaryOf({ descriptor: { digest, mediaType }, bytes }: Document): CurrentDocument {
  if (!isManifestType(mediaType)) return { digest, blobs: [] }
  const { config, layers } = parseManifest(bytes, `Cannot read ${digest}`)
  return { digest, blobs: [config, ...layers].map((blob) => blob.digest) }
}

function childrenOf({ descriptor, bytes }: Document): readonly Descriptor[] {
  if (!isIndexType(descriptor.mediaType)) return []
  return parseIndex(bytes, `Cannot read ${descriptor.digest}`).manifests
}

/**
 * Reads the digests of the tags that publishing may overwrite, while an existing image is read. `known` is a document that may be in the
 * repositories. Undefined if nothing is pushed or there are too many tags.
 */
export function readDigestsEarly({ plan, access, host }: Run, known: Digest | undefined): Looked | undefined {
  const asked = overwritten(plan)
  if (!plan.push || plan.dryRun || asked.length === 0 || asked.length > tagsAtMost) return undefined
  const since = host.clock.now().getTime()
  const knownIn = () => (known === undefined ? undefined : { digest: known })
  const documentsOf = (digest: Digest | undefined) => (digest === undefined ? [] : [{ digest, blobs: [] }])
  const reading = readTags(asked, { client: access.registry, knownIn, host }).then((tags): CurrentTags => {
    const documents = new Map([...tags].map(([name, digest]) => [name, documentsOf(digest)]))
    return { documents, since, areForWriting: true }
  })
  // Only a cancelled run fails, which publishing notices.
  return { tags: reading.catch(() => undefined), existing: () => undefined }
}

/** Returns the tags that publishing may overwrite. Protected ones must not exist, and preflight checks that. */
function overwritten({ tags, ifExists }: Run['plan']): readonly Reference[] {
  return tags.filter(({ moves }) => moves || ifExists === 'overwrite').map(({ reference }) => reference)
}

/**
 * Reads all tags that publishing may overwrite, and the manifests of their indexes. Undefined if there are too many tags, if one cannot be
 * read, or if the job builds a part of the image.
 */
export async function readCurrentTags({ plan, access, host }: Run): Promise<CurrentTags | undefined> {
  const { push, leg } = plan
  const asked = overwritten(plan)
  if (!push || leg !== undefined || asked.length === 0 || asked.length > tagsAtMost) return undefined
  const since = host.clock.now().getTime()
  const read = async (reference: Reference, signal: AbortSignal) => {
    const root = await access.registry.getManifestOnce(reference, reference.tag ?? 'latest', { signal })
    const listed = root === undefined ? [] : childrenOf(root)
    const children = await parallel(
      manifestsAtMost,
      listed.length > manifestsAtMost ? [] : listed,
      ({ digest }, own) => access.registry.getManifestOnce(reference, digest, { signal: own }),
      { signal },
    )
    return [
      formatReference(reference),
      [root, ...children].flatMap((one) => (one === undefined ? [] : [summaryOf(one)])),
    ] as const
  }
  try {
    return { documents: new Map(await parallel(tagsAtMost, asked, read, { signal: host.signal })), since }
  } catch (error) {
    // Publishing reads them again. A registry may grant push access without pull access.
    if (!(error instanceof ActionError)) throw error
    return undefined
  }
}
