import type { Built } from '../engine/built.ts'
import { ActionError } from '../errors.ts'
import { combine } from '../gather.ts'
import type { Host } from '../host/host.ts'
import type { Image, ImageTree } from '../oci/image-tree.ts'
import type { Repository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Digest } from '../oci/types.ts'
import type { Plan } from '../plan/plan.ts'
import type { RegistryClient } from '../registry/client.ts'
import { type Pushed, pushTree } from './push-tree.ts'
import { holdBack, lookAtTags, type TagResult, writeTags } from './write-tags.ts'

export type Published = {
  /** As the registries answered it. */
  readonly digest: Digest
  readonly images: readonly Image[]
  /** Those that have all of the image, by digest. */
  readonly repositories: readonly Repository[]
  /** What became of each tag, in the order in which they are written. */
  readonly tags: readonly TagResult[]
  /** What went wrong, all of it in one: the step fails with it once it is reported. */
  readonly error: ActionError | undefined
}

/**
 * Puts the image into every repository of the plan: all content first, then the fixed tags, then the moving ones, each
 * read back. Whatever goes wrong with the content, no tag has moved; a fixed tag that cannot be written keeps the moving
 * ones where they are. Every registry is attempted before the step fails.
 *
 * The error in the result is that of the registry; `tag-moved` when a tag reads back as something else, `tag-exists` when a
 * fixed one is another image and may not be written over; one for all when it is several.
 *
 * @throws ActionError `cancelled`
 */
export async function publish(plan: Plan, built: Built, client: RegistryClient, host: Host): Promise<Published> {
  return host.log.group('Publish', async () => {
    const fixedTags = plan.tags.filter(({ moves }) => !moves).map(({ reference }) => reference)
    const movingTags = plan.tags.filter(({ moves }) => moves).map(({ reference }) => reference)
    // Beside the content: what a tag was before tells a registry that lags from another run that writes the same tag.
    const [{ tree, repositories, errors }, before] = await Promise.all([
      publishContent(built, repositoriesOf(plan.references), client, host),
      // Where fixed tags are protected, each is looked at right before it is written.
      lookAtTags(plan.ifExists === 'overwrite' ? plan.references : movingTags, client, host),
    ])
    const means = { tree, ifExists: plan.ifExists, before, client, host }
    const fixed = errors.length > 0 ? holdBack(fixedTags, host) : await writeTags(fixedTags, means)
    const moving =
      errors.length > 0 || fixed.some(({ outcome }) => outcome === 'failed')
        ? holdBack(movingTags, host)
        : await writeTags(movingTags, { ...means, ifExists: 'overwrite' })
    const tags = [...fixed, ...moving]
    const all = [...errors, ...tags.flatMap((tag) => (tag.outcome === 'failed' ? tag.error : []))]
    return {
      digest: tree.root.digest,
      images: tree.images,
      repositories,
      tags,
      error: all.length === 0 ? undefined : combine('Publishing', all),
    }
  })
}

/** Content under its digests in every repository; what the builder has pushed itself is there already. */
async function publishContent(
  { content }: Built,
  repositories: readonly Repository[],
  client: RegistryClient,
  host: Host,
): Promise<Pushed & { readonly tree: ImageTree }> {
  switch (content.kind) {
    case 'layout':
      return { tree: content.tree, ...(await pushTree(content.tree, { ...content, repositories, client, host })) }
    case 'pushed':
      return { tree: content.tree, repositories, errors: [] }
    case 'loaded':
      throw new ActionError('internal', 'An image that was only loaded cannot be published')
  }
}
