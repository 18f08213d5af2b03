import type { Built } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import { toDockerTypes } from '../oci/docker-types.ts'
import type { Image, ImageTree } from '../oci/image-tree.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import { isTypeRefusal } from '../registry/answers/errors.ts'
import type { RegistryClient } from '../registry/client.ts'
import { registryStore } from '../registry/registry-store.ts'
import type { Run } from '../run-context.ts'
import { type Pushed, type PushOptions, pushTree, repairing } from './push-tree.ts'
import { holdBack, lookAtTags, type TagResult, writeTags } from './write-tags.ts'

export type Published = {
  /** As the registries answered it. */
  readonly digest: Digest
  /** Of the manifest or index that the tags name. */
  readonly descriptor: Descriptor
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
 * fixed one is another image and may not be written over; one for all when it is several. `content` is what was pushed already.
 *
 * @throws ActionError `cancelled`
 */
export async function publish(run: Run, built: Built, content?: PublishedContent): Promise<Published> {
  const { plan, access, host } = run
  const client = access.registry
  return host.log.group('Publish', async () => {
    const fixedTags = plan.tags.filter(({ moves }) => !moves).map(({ reference }) => reference)
    const movingTags = plan.tags.filter(({ moves }) => moves).map(({ reference }) => reference)
    // Beside the content: what a tag was before tells a registry that lags from another run that writes the same tag.
    const [{ tree, repositories, errors, client: writer }, before] = await Promise.all([
      content ?? pushContent(run, built),
      // Where fixed tags are protected, each is checked immediately before it is written.
      lookAtTags(plan.ifExists === 'overwrite' ? plan.references : movingTags, client, host),
    ])
    const writing = { tree, ifExists: plan.ifExists, before, client: writer, host }
    const fixed = errors.length > 0 ? holdBack(fixedTags, host) : await writeTags(fixedTags, writing)
    const moving =
      errors.length > 0 || fixed.some(({ outcome }) => outcome === 'failed')
        ? holdBack(movingTags, host)
        : await writeTags(movingTags, { ...writing, ifExists: 'overwrite' })
    const tags = [...fixed, ...moving]
    const all = [...errors, ...tags.flatMap((tag) => (tag.outcome === 'failed' ? tag.error : []))]
    return {
      digest: tree.root.digest,
      descriptor: tree.root,
      images: tree.images,
      repositories,
      tags,
      error: all.length === 0 ? undefined : combine('Publishing', all),
    }
  })
}

/** The content as it is in the registries, and the client that writes tags to it. */
export type PublishedContent = Pushed & { readonly tree: ImageTree; readonly client: RegistryClient }

/**
 * Pushes the content by digest to every repository of the plan, without tags. Content that the builder has pushed is skipped.
 *
 * @throws ActionError `cancelled`; all other errors are in the result
 */
export async function pushContent({ plan, access, host }: Run, { content }: Built): Promise<PublishedContent> {
  const client = access.registry
  const repositories = repositoriesOf(plan.references)
  if (content === undefined) throw new ActionError('internal', 'An image that was only loaded cannot be published')
  const { tree, blobs, isPushed } = content
  if (isPushed) return { tree, repositories, errors: [], client }
  const options = { from: blobs, to: repositories.map((repository) => registryStore(client, repository)), host }
  const pushed = await pushAcceptedTypes(tree, options)
  return { ...pushed, client: repairing(client, pushed.tree, options) }
}

/**
 * Pushes the image; where a registry accepts Docker's media types only, once more with those, to all repositories: one image has one
 * digest, whatever registry it is in. No tag has been written then.
 */
async function pushAcceptedTypes(
  tree: ImageTree,
  options: PushOptions,
): Promise<Pushed & { readonly tree: ImageTree }> {
  const pushed = { tree, ...(await pushTree(tree, options)) }
  const refused = pushed.errors.find(isTypeRefusal)
  if (refused === undefined) return pushed
  const docker = toDockerTypes(tree)
  if (!docker.ok) {
    const hint = `This image cannot have Docker media types: ${docker.why}.`
    return { ...pushed, errors: pushed.errors.map((error) => (error === refused ? error.with({ hint }) : error)) }
  }
  options.host.log.info(`${refused.message}; trying Docker media types`)
  const again = { tree: docker.tree, ...(await pushTree(docker.tree, options)) }
  // It was not the types: what the registry said first is what is wrong.
  if (again.errors.length > 0) return pushed
  const names = options.to.map(({ repository }) => formatRepository(repository)).join(', ')
  options.host.runner.notice(
    `A registry does not accept OCI media types, so the image was pushed with Docker media types to ${names}. Its digest is ${docker.tree.root.digest}; it would be ${tree.root.digest} with OCI media types.`,
  )
  return again
}
