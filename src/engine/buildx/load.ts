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
 * For a builder in a daemon with the containerd store: a second call, answered from the cache, puts the image into the
 * store under a name of this run, with the same digest as the layout. Its tags then need no copy of it. If that is not
 * possible, or the cache has lost content and the digest differs, the layout is loaded.
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
 * Whether the image need not be copied. Attestations contain times, so those of a second call differ; and an image
 * without another name would be deleted with the name of this run.
 */
export function loadsFromCache({ load, references, build: { provenance, sbom } }: Plan): boolean {
  return provenance === undefined && sbom === undefined && (!load || references.length > 0)
}

/** For an image that is in the daemon's store under `image`, a name of this run. `imageId` is its ID in the daemon. */
export function loadFromStore(buildx: Buildx, image: string, imageId: string): Loading {
  return {
    load: async () => {
      await tagAll(buildx, image)
      return imageId
    },
  }
}

/** For a builder elsewhere: the daemon gets exactly the verified documents, and so the same digest. */
export function loadFromBuilder(buildx: Buildx, content: BuiltImage): Loading {
  return { load: () => loadContent(buildx, content) }
}

async function loadContent(buildx: Buildx, content: BuiltImage): Promise<string> {
  const { plan, host } = buildx.run
  const options = { references: plan.references, host }
  if (!content.isPushed) return loadImage(content, serverOf(buildx), options)
  // The builder has the layers locally, and the registry may be slow.
  const exported = await exportLayout(fromCache(buildx), join(host.tempDir, 'layout'), new Map())
  const { tree, blobs } = exported.content
  const here = byDigest(new Map(tree.blobs.map(({ digest }) => [digest, blobs])))
  return loadImage({ tree: content.tree, blobs: firstOf(here, content.blobs) }, serverOf(buildx), options)
}

async function tagAll(buildx: Buildx, image: string): Promise<void> {
  const { plan, host } = buildx.run
  for (const reference of plan.references) await tagImage(image, serverOf(buildx), { reference, host })
}

/** The build that the builder answers from its own cache. */
export function fromCache(buildx: Buildx): Buildx {
  return { ...buildx, build: { ...buildx.build, noCache: false, noCacheFilters: [], pull: false, cacheTo: [] } }
}

/** The daemon that the image is in, or is loaded into. */
export function serverOf({ spec }: Buildx): DockerServer {
  if (spec.server) return spec.server
  throw new ActionError('internal', 'The plan needs a daemon, but no daemon is known')
}
