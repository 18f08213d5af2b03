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
import { pushTree } from './push-tree.ts'
import { isLeft, type TagResult, writeTags } from './write-tags.ts'

export type Published = {
  /** As the registries answered it. */
  readonly digest: Digest
  readonly images: readonly Image[]
  /** What became of each tag, in the order in which they were written. */
  readonly tags: readonly TagResult[]
}

/**
 * Puts the image into every repository of the plan: all content first, then the fixed tags, then the moving ones, each
 * read back. Whatever goes wrong with the content, no tag has moved; a fixed tag that cannot be written keeps the moving
 * ones where they are. Every registry is attempted before the step fails.
 *
 * @throws ActionError of the registry; `tag-moved` when a tag reads back as something else, `tag-exists` when a fixed one
 * is another image and may not be written over; one for all when it is several
 */
export async function publish(plan: Plan, built: Built, client: RegistryClient, host: Host): Promise<Published> {
  const repositories = repositoriesOf(plan.references)
  return host.log.group('Publish', async () => {
    const tree = await publishContent(built, repositories, client, host)
    const means = { tree, ifExists: plan.ifExists, client, host }
    const fixed = await writeTags(plan.fixed, means)
    const moving = fixed.some(isLeft)
      ? plan.moving.map((reference): TagResult => ({ reference, outcome: 'left' }))
      : await writeTags(plan.moving, { ...means, ifExists: 'overwrite' })
    const tags = [...fixed, ...moving]
    const errors = tags.flatMap(({ error }) => error ?? [])
    if (errors.length > 0) throw combine('Publishing', errors)
    return { digest: tree.root.digest, images: tree.images, tags }
  })
}

/** Content under its digests in every repository; what the builder has pushed itself is there already. */
async function publishContent(
  { content }: Built,
  repositories: readonly Repository[],
  client: RegistryClient,
  host: Host,
): Promise<ImageTree> {
  switch (content.kind) {
    case 'layout':
      await pushTree(content.tree, { ...content, repositories, client, host })
      return content.tree
    case 'pushed':
      return content.tree
    case 'loaded':
      throw new ActionError('internal', 'An image that was only loaded cannot be published')
  }
}
