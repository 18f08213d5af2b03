import { join } from 'node:path'
import { recordTask } from '../../cleanup/cleanup.ts'
import { ActionError } from '../../errors.ts'
import { walkImage } from '../../oci/image-tree.ts'
import { readBlob, writeIndexJson } from '../../oci/layout.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Descriptor, Platform } from '../../oci/types.ts'
import { writeManifest, writeRoot } from '../../oci/write-image.ts'
import type { BuildxPlan } from '../../plan/plan.ts'
import type { Built, Step } from '../built.ts'
import { storeNames } from './args.ts'
import { callBuildx } from './call.ts'
import { retryBuild } from './retry-build.ts'
import { saveImage } from './save-image.ts'
import type { Session } from './session.ts'

type Part = { readonly manifest: Descriptor; readonly steps: readonly Step[]; readonly imageId: string | undefined }

/**
 * Builds platform after platform on a daemon that cannot build several, takes each image out of its store, and joins
 * them to one OCI layout here: no builder image to pull, no staging tags in the registry.
 */
export async function joinPlatforms(plan: BuildxPlan, builder: string, session: Session): Promise<Built> {
  const dir = join(session.host.tempDir, 'layout')
  const parts: Part[] = []
  // One at a time: their steps would run side by side on the same processors, and the log stays readable.
  for (const platform of plan.build.platforms) parts.push(await buildPart(plan, { platform, builder, dir, session }))

  const [first] = parts
  if (first === undefined) throw new ActionError('internal', 'The plan has no platform')
  const manifests = parts.map(({ manifest }) => manifest)
  const root = await writeRoot(dir, manifests, plan.build.annotations)
  await writeIndexJson(dir, root)
  return {
    content: { kind: 'layout', dir, tree: await walkImage(root, (descriptor) => readBlob(dir, descriptor)) },
    metadata: { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
    imageId: plan.load ? first.imageId : undefined,
    steps: parts.flatMap(({ steps }) => steps),
  }
}

async function buildPart(
  plan: BuildxPlan,
  part: { readonly platform: Platform; readonly builder: string; readonly dir: string; readonly session: Session },
): Promise<Part> {
  const { platform, builder, dir, session } = part
  const { host, env, name, retries } = session
  const text = formatPlatform(platform)
  const reference = `${name}:${text.replaceAll('/', '-')}`
  recordTask(host.tempDir, { kind: 'image', reference, env })
  const names = [reference, ...(plan.load ? storeNames(plan.references) : [])]
  const outputs = [{ kind: 'store', names }] as const
  // The daemon would drop annotations, or refuse those of an index: they are put on here.
  const bare: BuildxPlan = { ...plan, build: { ...plan.build, annotations: {} } }
  const { steps, imageId } = await callBuildx(host, bare, { builder, platforms: [platform], outputs, env, retries })

  const { compression } = plan.build
  const saving = { dir, host, env, platform: text, compression }
  const image = await retryBuild(() => saveImage(reference, saving), retries, host)
  const manifest = await writeManifest(dir, { platform, ...image }, plan.build.annotations)
  return { manifest, steps: steps.map((step) => ({ ...step, platform: text })), imageId }
}
