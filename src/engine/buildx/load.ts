import { join } from 'node:path'
import { recordTask } from '../../cleanup/cleanup.ts'
import { loadImage } from '../../docker/load-image.ts'
import type { DockerServer } from '../../docker/server.ts'
import { tagImage } from '../../docker/tag-image.ts'
import { ActionError } from '../../errors/action-error.ts'
import { byDigest, firstOf } from '../../oci/store.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Built, BuiltImage } from '../built.ts'
import type { Buildx } from './buildx.ts'
import { callBuildx } from './call.ts'
import { exportLayout } from './export-layout.ts'

export type Loading = Pick<Built, 'load' | 'nameInStore'>

/**
 * For a builder that is part of the daemon, with the containerd store: a second call, all from the cache, puts the image into the
 * store under a name of this run, where it has the digest of the layout. Then its tags need no copy of it. Where that
 * is not possible, or when the cache has lost something meanwhile and the digest is another one, the layout itself is loaded.
 */
export function loadFromCache(buildx: Buildx, content: BuiltImage): Loading {
  const {
    run: { plan, host },
    build,
    name,
  } = buildx
  const reference = `${name}:image`
  const put = async (): Promise<string | undefined> => {
    if (!loadsFromCache(plan)) return undefined
    recordTask(host.tempDir, { kind: 'image', reference })
    const outputs = [{ kind: 'image', name: reference }] as const
    const { metadata } = await callBuildx(fromCache(buildx), { platforms: build.platforms, outputs })
    return metadata['containerimage.digest'] === content.tree.root.digest ? reference : undefined
  }
  let made: Promise<string | undefined> | undefined
  const nameInStore = (): Promise<string | undefined> => {
    made ??= put()
    return made
  }
  const load = async (): Promise<string> => {
    const image = await nameInStore()
    if (image === undefined) return loadContent(buildx, content)
    await tagAll(buildx, image)
    return content.tree.root.digest
  }
  return plan.load ? { load, nameInStore } : { nameInStore }
}

/**
 * Whether the image need not be copied. Attestations hold times, so those of a second call differ; and an image without any other name
 * would be deleted with the one of this run.
 */
export function loadsFromCache({ load, references, build: { provenance, sbom } }: Plan): boolean {
  return provenance === undefined && sbom === undefined && (!load || references.length > 0)
}

/** For an image that is in the daemon's store under `image`, a name of this run. `imageId` is what the daemon calls it. */
export function loadFromStore(buildx: Buildx, image: string, imageId: string): Loading {
  return {
    load: async () => {
      await tagAll(buildx, image)
      return imageId
    },
  }
}

/** For a builder elsewhere: the daemon gets exactly the documents that were verified, and so the same digest. */
export function loadFromBuilder(buildx: Buildx, content: BuiltImage): Loading {
  return { load: () => loadContent(buildx, content) }
}

async function loadContent(buildx: Buildx, content: BuiltImage): Promise<string> {
  const { plan, host } = buildx.run
  const options = { references: plan.references, host }
  if (!content.isPushed) return loadImage(content, serverOf(buildx), options)
  // The builder has the layers at hand, and the registry may be far away.
  const exported = await exportLayout(fromCache(buildx), join(host.tempDir, 'layout'), new Map())
  const { tree, blobs } = exported.content
  const here = byDigest(new Map(tree.blobs.map(({ digest }) => [digest, blobs])))
  return loadImage({ tree: content.tree, blobs: firstOf(here, content.blobs) }, serverOf(buildx), options)
}

async function tagAll(buildx: Buildx, image: string): Promise<void> {
  const { plan, host } = buildx.run
  for (const reference of plan.references) await tagImage(image, serverOf(buildx), { reference, host })
}

/** The build as the builder answers it from its own cache. */
export function fromCache(buildx: Buildx): Buildx {
  return { ...buildx, build: { ...buildx.build, noCache: false, noCacheFilters: [], pull: false, cacheTo: [] } }
}

/** The daemon that the image is in, or is loaded into. */
export function serverOf({ spec }: Buildx): DockerServer {
  if (spec.server) return spec.server
  throw new ActionError('internal', 'The plan needs a daemon, but no daemon is known')
}
