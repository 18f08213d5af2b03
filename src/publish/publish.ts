import type { Built } from '../engine/built.ts'
import { ActionError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { Image, ImageTree } from '../oci/image-tree.ts'
import { formatReference, type Reference, type Repository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Digest } from '../oci/types.ts'
import type { Plan } from '../plan/plan.ts'
import type { RegistryClient } from '../registry/client.ts'
import { pushTree } from './push-tree.ts'

export type Published = {
  /** As the registries answered it. */
  readonly digest: Digest
  readonly images: readonly Image[]
  /** In the order in which they were written. */
  readonly tags: readonly Reference[]
}

/**
 * Puts the image into every repository of the plan: all content first, then the tags one after the other, each read
 * back. Whatever goes wrong before the first tag, no tag has moved.
 *
 * @throws ActionError of the registry; `tag-moved` when a tag reads back as something else
 */
export async function publish(plan: Plan, built: Built, client: RegistryClient, host: Host): Promise<Published> {
  const repositories = repositoriesOf(plan.references)
  const tree = await host.log.group('Publish', async () => {
    const content = await publishContent(built, repositories, client, host)
    for (const reference of plan.references) await writeTag(reference, content, client, host)
    return content
  })
  return { digest: tree.root.digest, images: tree.images, tags: plan.references }
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

async function writeTag(reference: Reference, tree: ImageTree, client: RegistryClient, host: Host): Promise<void> {
  const { signal } = host
  const tag = reference.tag ?? 'latest'
  const root = tree.documents.at(-1)
  if (root === undefined) throw new ActionError('internal', 'The image has no manifest')
  await client.putManifest(reference, tag, root.bytes, root.descriptor.mediaType, { signal })
  const found = await client.headManifest(reference, tag, { signal, justPushed: true })
  if (found?.digest !== tree.root.digest) {
    throw new ActionError(
      'tag-moved',
      `Wrote ${formatReference(reference)} as ${tree.root.digest}, but it reads back as ${found?.digest ?? 'missing'}`,
      { hint: 'Another run may have written the same tag in this moment: let only one at a time, with `concurrency`.' },
    )
  }
  host.log.info(`${formatReference(reference)} → ${tree.root.digest}`)
}
