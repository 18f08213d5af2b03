import { parallel } from '../bounds/parallel.ts'
import type { BuiltImage, CurrentTags, Existing } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Document } from '../oci/image-tree.ts'
import { formatReference, formatRepository, type Reference, type Repository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import { registryStore } from '../registry/registry-store.ts'
import type { Run } from '../run-context.ts'
import { findExisting } from './find-existing.ts'

/** Asks registries what they have of an image before the image is published. */
export type EarlyLook = {
  /** Looks up the content of a built image in the first repository of each registry, and returns the image with the answers. */
  readonly lookFor: (image: BuiltImage) => BuiltImage
}

/** Maximum number of tags that are read early: with more, the requests would take longer than they save. */
const tagsAtMost = 10

/**
 * Reads the tags of the plan while the engine builds, and looks up the content of the image, once `passed` resolves, while it is verified.
 * Publishing then knows what to send, or that all of it exists. Nothing is written.
 */
export function lookEarly(run: Run, passed: Promise<void>): EarlyLook {
  const { plan, access, host } = run
  const tags = readCurrentTags(run)
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
          return findExisting(tree, registryStore(access.registry, repository), {
            existsIn,
            current,
            signal: host.signal,
          })
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
export function currentOf(tags: CurrentTags | undefined, repository: Repository): readonly Document[] | undefined {
  if (tags === undefined) return undefined
  const start = `${formatRepository(repository)}:`
  return [...tags.documents].flatMap(([name, document]) => (document && name.startsWith(start) ? [document] : []))
}

/** Reads all tags that publishing may overwrite. Undefined if there are too many, if one cannot be read, or if the job builds a part of the image. */
async function readCurrentTags({ plan, access, host }: Run): Promise<CurrentTags | undefined> {
  const { push, leg, tags, ifExists } = plan
  // Protected tags must not exist, and preflight has checked that.
  const asked = tags.filter(({ moves }) => moves || ifExists === 'overwrite').map(({ reference }) => reference)
  if (!push || leg !== undefined || asked.length === 0 || asked.length > tagsAtMost) return undefined
  const since = host.clock.now().getTime()
  const read = async (reference: Reference, signal: AbortSignal) => {
    const found = await access.registry.getManifestOnce(reference, reference.tag ?? 'latest', { signal })
    return [formatReference(reference), found] as const
  }
  try {
    return { documents: new Map(await parallel(tagsAtMost, asked, read, { signal: host.signal })), since }
  } catch (error) {
    // Publishing reads them again. A registry may grant push access without pull access.
    if (!(error instanceof ActionError)) throw error
    return undefined
  }
}
