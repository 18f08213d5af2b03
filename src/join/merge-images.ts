import { ActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import { showDigest } from '../inputs/digests.ts'
import type { DigestInput, Inputs } from '../inputs/inputs.ts'
import type { ImageTree } from '../oci/image-tree.ts'
import { platformEquals } from '../oci/platform.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Platform } from '../oci/types.ts'
import type { Run } from '../run-context.ts'
import { type ExistingImage, existingImage } from './existing-image.ts'
import { describePlatform, joinImages, type Part } from './join-images.ts'
import { readParts } from './read-parts.ts'

/**
 * Reads the images of `digests` and joins them to one. Each repository of the plan provides its own content, as far as
 * it has it.
 *
 * @throws ActionError `input-invalid` for a digest without a repository, `platform-mismatch` for a platform that is
 * missing, has two images, or differs from the input; and those of `readParts`
 */
export async function mergeImages(
  run: Run,
  { digests, platforms, optionalPlatforms }: Pick<Inputs, 'digests' | 'platforms' | 'optionalPlatforms'>,
): Promise<ExistingImage> {
  const { plan, access, host } = run
  const targets = repositoriesOf(plan.references)
  const wanted = digests.map((input) => ({ digest: input.digest, sources: sourcesOf(input, targets), targets }))
  const found = await readParts(access.registry, wanted, { signal: host.signal })
  assertPlatforms(digests, found.parts)
  const tree = joinImages(found.parts, { annotations: plan.build.annotations, order: platforms })
  if (platforms.length > 0) assertComplete(tree, { platforms, optional: optionalPlatforms })
  host.log.info(`Joined ${digests.length} ${digests.length === 1 ? 'image' : 'images'}: ${tree.root.digest}`)
  host.log.debug(`Platforms of the index: ${namesOf(tree).join(', ')}`)
  return existingImage(run, found, { tree })
}

function sourcesOf(input: DigestInput, targets: Run['plan']['references']) {
  if (input.repository !== undefined) return [input.repository]
  if (targets.length > 0) return targets
  throw new ActionError('input-invalid', `Cannot find ${input.digest}: no repository is known`, {
    hint: 'Set `images`, or write the digest as `registry/name@sha256:…`.',
  })
}

function namesOf({ images }: ImageTree): readonly string[] {
  return images.map(({ platform }) => describePlatform(platform))
}

/** Checks that each part is for the platform that its entry names. */
function assertPlatforms(digests: readonly DigestInput[], parts: readonly Part[]): void {
  const problems = digests.flatMap((input, at) => {
    const { platform } = input
    const tree = parts[at]?.tree
    if (platform === undefined || tree === undefined) return []
    const isRight = tree.images.length > 0 && tree.images.every((image) => platformEquals(image.platform, platform))
    if (isRight) return []
    const found = namesOf(tree).join(', ') || 'no platform'
    const wanted = describePlatform(platform)
    const message = `Cannot use ${showDigest(input)} for ${wanted}: it is for ${found}`
    return [new ActionError('platform-mismatch', message, { hint: 'Correct `digests`.', platform: wanted })]
  })
  if (problems.length > 0) throw combine('Joining', problems)
}

/** Checks that the image has the platforms that the input names, except optional ones, and no others. */
function assertComplete(
  tree: ImageTree,
  { platforms, optional }: { readonly platforms: readonly Platform[]; readonly optional: readonly Platform[] },
): void {
  const needed = platforms.filter((platform) => !optional.includes(platform))
  const missing = needed.filter((platform) => !tree.images.some((image) => platformEquals(image.platform, platform)))
  const others = tree.images.filter((image) => !platforms.some((one) => platformEquals(image.platform, one)))
  const problems = [
    ...missing.map((platform) => `${describePlatform(platform)} is missing`),
    ...others.map(({ platform, manifest }) => `${describePlatform(platform)} (${manifest.digest}) is not in platforms`),
  ]
  if (problems.length === 0) return
  throw new ActionError('platform-mismatch', `Cannot join the images: ${problems.join(', ')}`, {
    hint: 'Pass the digests of all jobs in `digests`, or correct `platforms`. No tag was written.',
  })
}
