import { join } from 'node:path'
import { recordTask } from '../../cleanup/cleanup.ts'
import { ActionError } from '../../errors.ts'
import { type AnnotationTarget, annotationsFor } from '../../oci/annotations.ts'
import { walkImage } from '../../oci/image-tree.ts'
import { readBlob, writeBlob, writeIndexJson } from '../../oci/layout.ts'
import { mediaType } from '../../oci/media-type.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Annotations, Descriptor, Index, Manifest, Platform } from '../../oci/types.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Built, Step } from '../built.ts'
import { storeNames } from './args.ts'
import { callBuildx } from './call.ts'
import { type DockerArchive, readDockerArchive } from './docker-archive.ts'
import type { Session } from './session.ts'

type Part = { readonly manifest: Descriptor; readonly steps: readonly Step[]; readonly imageId: string | undefined }

/**
 * Builds platform after platform on a daemon that cannot build several, takes each image out of its store, and joins
 * them to one OCI layout here: no builder image to pull, no staging tags in the registry.
 */
export async function joinPlatforms(plan: Plan, builder: string, session: Session): Promise<Built> {
  const dir = join(session.host.tempDir, 'layout')
  const parts: Part[] = []
  // One at a time: their steps would run side by side on the same processors, and the log stays readable.
  for (const platform of plan.build.platforms) parts.push(await buildPart(plan, { platform, builder, dir, session }))

  const [first] = parts
  if (first === undefined) throw new ActionError('internal', 'The plan has no platform')
  const root =
    parts.length === 1
      ? first.manifest
      : await writeIndex(
          dir,
          parts.map(({ manifest }) => manifest),
          plan.build.annotations,
        )
  await writeIndexJson(dir, root)
  return {
    content: { kind: 'layout', dir, tree: await walkImage(root, (descriptor) => readBlob(dir, descriptor)) },
    metadata: { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
    imageId: plan.load ? first.imageId : undefined,
    steps: parts.flatMap(({ steps }) => steps),
  }
}

async function buildPart(
  plan: Plan,
  part: { readonly platform: Platform; readonly builder: string; readonly dir: string; readonly session: Session },
): Promise<Part> {
  const { platform, builder, dir, session } = part
  const { host, env, name } = session
  const text = formatPlatform(platform)
  const reference = `${name}:${text.replaceAll('/', '-')}`
  recordTask(host.tempDir, { kind: 'image', reference, env })
  const names = [reference, ...(plan.load ? storeNames(plan.references) : [])]
  const outputs = [{ kind: 'store', names }] as const
  // The daemon would drop annotations, or refuse those of an index: they are put on here.
  const bare: Plan = { ...plan, build: { ...plan.build, annotations: {} } }
  const { steps, imageId } = await callBuildx(host, bare, { builder, platforms: [platform], outputs, env })

  const image = await saveImage(reference, { dir, session, platform: text })
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: image.config,
    layers: image.layers,
    ...some(annotationsFor(plan.build.annotations, { level: 'manifest', platform: text })),
  }
  const descriptor = await writeBlob(dir, Buffer.from(JSON.stringify(manifest)), mediaType.ociManifest)
  return { manifest: { ...descriptor, platform }, steps: steps.map((step) => ({ ...step, platform: text })), imageId }
}

/** What Docker says for a failed save comes before what is wrong with the archive that it broke off. */
async function saveImage(
  reference: string,
  { dir, session, platform }: { readonly dir: string; readonly session: Session; readonly platform: string },
): Promise<DockerArchive> {
  const read: { archive?: DockerArchive; error?: unknown } = {}
  const saved = await session.host.exec('docker', ['image', 'save', reference], {
    env: session.env,
    stdout: async (stream) => {
      try {
        read.archive = await readDockerArchive(stream, dir)
      } catch (error) {
        read.error = error
      }
    },
  })
  if (saved.ok && read.archive) return read.archive
  if (saved.ok) throw read.error
  throw new ActionError(
    'engine-failed',
    `Cannot take the image for ${platform} out of Docker: ${saved.stderr.trim()}`,
    {
      platform,
      cause: read.error,
    },
  )
}

async function writeIndex(
  dir: string,
  manifests: readonly Descriptor[],
  annotations: Annotations,
): Promise<Descriptor> {
  const describe = (target: AnnotationTarget) => some(annotationsFor(annotations, target))
  const index: Index = {
    schemaVersion: 2,
    mediaType: mediaType.ociIndex,
    manifests: manifests.map((manifest) => ({
      ...manifest,
      ...describe({
        level: 'manifest-descriptor',
        platform: manifest.platform ? formatPlatform(manifest.platform) : undefined,
      }),
    })),
    ...describe({ level: 'index', platform: undefined }),
  }
  return writeBlob(dir, Buffer.from(JSON.stringify(index)), mediaType.ociIndex)
}

function some(annotations: Annotations): { readonly annotations?: Annotations } {
  return Object.keys(annotations).length === 0 ? {} : { annotations }
}
