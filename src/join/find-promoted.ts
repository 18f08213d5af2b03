import { ActionError } from '../errors/action-error.ts'
import { type Reference, showReference } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Digest } from '../oci/types.ts'
import type { Run } from '../run-context.ts'
import { type ExistingImage, existingImage } from './existing-image.ts'
import { readParts } from './read-parts.ts'

/**
 * Finds the image of a reference. A tag is resolved once, so that all further tags get the same image.
 *
 * @throws ActionError `image-not-found`, `input-invalid` for another artifact, and those of `readParts`
 */
export async function findPromoted(run: Run, from: Reference): Promise<ExistingImage> {
  const { plan, access, host } = run
  const digest = from.digest ?? (await resolveTag(run, from))
  const [source, ...targets] = repositoriesOf([from, ...plan.references])
  if (source === undefined) throw new ActionError('internal', 'There is no repository to read from')
  const found = await readParts(access.registry, [{ digest, sources: [source], targets }], { signal: host.signal })
  const [part] = found.parts
  if (part === undefined) throw new ActionError('internal', `The image ${digest} was not read`)
  if (part.tree.images.length === 0) throw notAnImage(from, digest)
  return existingImage(run, found, { tree: part.tree, promotedFrom: source })
}

async function resolveTag({ access, host }: Run, from: Reference): Promise<Digest> {
  const found = await access.registry.headManifest(from, from.tag ?? 'latest', { signal: host.signal })
  if (found === undefined) {
    throw new ActionError('image-not-found', `Cannot find ${showReference(from)}: it does not exist in the registry`, {
      hint: 'Check the name and the tag in `from`. If the image is private, log in: registries give the same answer without credentials.',
    })
  }
  host.log.info(`${showReference(from)} is ${found.digest}`)
  return found.digest
}

function notAnImage(from: Reference, digest: Digest): ActionError {
  return new ActionError(
    'input-invalid',
    `Cannot promote ${showReference(from)}: ${digest} is not an image but another artifact`,
    { hint: 'Name an image in `from`.' },
  )
}
