import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { recordTask } from '../../cleanup/cleanup.ts'
import { ActionError } from '../../errors/action-error.ts'
import { layoutStore } from '../../oci/layout.ts'
import { type ImageParts, makeImage } from '../../oci/make-image.ts'
import { parseConfig } from '../../oci/parse.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Digest, Platform } from '../../oci/types.ts'
import type { SourceOfBuild } from '../../source/bases.ts'
import { retryBuild } from '../buildkit/retry-build.ts'
import type { Built } from '../built.ts'
import type { SavingOptions } from '../docker-archive.ts'
import type { Buildx } from './buildx.ts'
import { type CallResult, callBuildx } from './call.ts'
import { loadFromStore, serverOf } from './load.ts'
import { saveImage } from './save-image.ts'

type Part = Pick<CallResult, 'metadata' | 'steps' | 'findings' | 'contextAdvice'> & {
  readonly image: ImageParts
  /** Its name in the daemon's store, unique to this run. */
  readonly reference: string
  /** Its ID in the classic store: the digest of its configuration. */
  readonly imageId: Digest
}

/**
 * Builds one platform after another on a daemon that cannot build several, exports each image from its store, and joins
 * them into one image here, without a builder image to pull or staging tags in the registry.
 */
export async function joinPlatforms(buildx: Buildx, checked: Pick<SourceOfBuild, 'bases'>): Promise<Built> {
  const {
    run: { plan, host },
    build,
  } = buildx
  const dir = mkdtempSync(join(host.tempDir, 'layout-'))
  const forVerification = !plan.push && plan.outputs.length === 0 && plan.beforeTags === undefined
  const saving: SavingOptions = forVerification
    ? { compression: 'uncompressed', leaveOut: plan.verify === 'full' ? new Set() : await contentsOfBases(checked) }
    : { compression: build.compression, leaveOut: new Set() }
  const parts: Part[] = []
  // One at a time: their steps would compete for the same processors, and the log stays readable.
  for (const platform of build.platforms) parts.push(await buildPart(buildx, { platform, dir, saving }))

  const [first] = parts
  if (first === undefined) throw new ActionError('internal', 'The plan has no platform')
  const images = parts.map(({ image }) => image)
  const tree = makeImage(images, build.annotations)
  const { root } = tree
  const { metadata, imageId } = first
  const contextAdvice = parts.find((part) => part.contextAdvice !== undefined)?.contextAdvice
  const names = new Map(parts.map(({ image, reference }) => [formatPlatform(image.platform), reference]))
  return {
    content: { tree, blobs: layoutStore(dir), ...(forVerification ? { forVerification } : {}) },
    metadata: forVerification ? metadata : { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
    imageId: undefined,
    steps: parts.flatMap(({ steps }) => steps),
    findings: parts.flatMap(({ findings }) => findings),
    ...(contextAdvice === undefined ? {} : { contextAdvice }),
    nameInStore: async (platform) => names.get(formatPlatform(platform)),
    ...(plan.load ? loadFromStore(buildx, first.reference, imageId) : {}),
  }
}

/** The layers of the base images that preflight found: Docker saves layers uncompressed. */
async function contentsOfBases({ bases }: Pick<SourceOfBuild, 'bases'>): Promise<ReadonlySet<Digest>> {
  const contents = (await bases).map(
    async ({ image }) => parseConfig(await image.config(), 'Cannot read a base image').rootfs.diff_ids,
  )
  return new Set((await Promise.all(contents)).flat())
}

async function buildPart(
  buildx: Buildx,
  { platform, dir, saving }: { readonly platform: Platform; readonly dir: string; readonly saving: SavingOptions },
): Promise<Part> {
  const {
    run: { host },
    build,
    name,
    retries,
  } = buildx
  const text = formatPlatform(platform)
  const reference = `${name}:${text.replaceAll('/', '-')}`
  recordTask(host.tempDir, { kind: 'image', reference })
  // The planned tags are written after verification.
  const outputs = [{ kind: 'store', names: [reference] }] as const
  // The daemon would drop annotations, or reject index annotations, so they are added here.
  const bare = { ...buildx, build: { ...build, annotations: {} } }
  const { metadata, ...called } = await callBuildx(bare, { platforms: [platform], outputs })

  const image = await retryBuild(
    () => saveImage(reference, { dir, host, server: serverOf(buildx), platform: text, ...saving }),
    retries,
    host,
  )
  return {
    image: { platform, ...image },
    reference,
    ...called,
    steps: called.steps.map((step) => ({ ...step, platform: text })),
    imageId: image.config.digest,
    metadata,
  }
}
