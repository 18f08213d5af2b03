import { join } from 'node:path'
import { recordTask } from '../../cleanup/cleanup.ts'
import { loadImage } from '../../docker/load-image.ts'
import type { DockerServer } from '../../docker/server.ts'
import { tagImage } from '../../docker/tag-image.ts'
import { ActionError } from '../../errors/action-error.ts'
import { byDigest, firstOf } from '../../oci/store.ts'
import type { Built, BuiltImage } from '../built.ts'
import { type CallTarget, callBuildx } from './call.ts'
import type { BuildxCalls } from './calls.ts'
import { exportLayout } from './export-layout.ts'
import type { BuildxPlan } from './plan.ts'

export type Loading = Pick<Built, 'load' | 'nameInStore'>

export type LoadMeans = {
  readonly session: BuildxCalls
  readonly target: Omit<CallTarget, 'outputs'>
  readonly server: DockerServer
}

/**
 * For a builder that is part of the daemon, with the containerd store: a second call, all from the cache, puts the image into the
 * store under a name of this run, where it has the digest of the layout. Then its tags need no copy of it. Where that
 * is not possible, or when the cache has lost something meanwhile and the digest is another one, the layout itself is loaded.
 */
export function loadFromCache(content: BuiltImage, plan: BuildxPlan, means: LoadMeans): Loading {
  const { session, target, server } = means
  const { host, env, name } = session
  const reference = `${name}:image`
  const put = async (): Promise<string | undefined> => {
    if (!loadsFromCache(plan)) return undefined
    recordTask(host.tempDir, { kind: 'image', reference, env })
    const outputs = [{ kind: 'image', name: reference }] as const
    const { metadata } = await callBuildx(host, fromCache(plan), { ...target, outputs })
    return metadata['containerimage.digest'] === content.tree.root.digest ? reference : undefined
  }
  let made: Promise<string | undefined> | undefined
  const nameInStore = (): Promise<string | undefined> => {
    made ??= put()
    return made
  }
  const load = async (): Promise<string> => {
    const image = await nameInStore()
    if (image === undefined) return loadContent(content, plan, means)
    await tagAll(image, plan, { host, env, server })
    return content.tree.root.digest
  }
  return plan.load ? { load, nameInStore } : { nameInStore }
}

/**
 * Whether the image need not be copied. Attestations hold times, so those of a second call differ; and an image without any other name
 * would be deleted with the one of this run.
 */
export function loadsFromCache({ load, references, build: { provenance, sbom } }: BuildxPlan): boolean {
  return provenance === undefined && sbom === undefined && (!load || references.length > 0)
}

/** For an image that is in the daemon's store under `image`, a name of this run. `imageId` is what the daemon calls it. */
export function loadFromStore(
  image: string,
  plan: BuildxPlan,
  { server, session: { host, env }, imageId }: Pick<LoadMeans, 'server' | 'session'> & { readonly imageId: string },
): Loading {
  return {
    load: async () => {
      await tagAll(image, plan, { host, env, server })
      return imageId
    },
  }
}

/** For a builder elsewhere: the daemon gets exactly the documents that were verified, and so the same digest. */
export function loadFromBuilder(content: BuiltImage, plan: BuildxPlan, means: LoadMeans): Loading {
  return { load: () => loadContent(content, plan, means) }
}

async function loadContent(
  content: BuiltImage,
  plan: BuildxPlan,
  { session, target, server }: LoadMeans,
): Promise<string> {
  const { host, env } = session
  const { references } = plan
  if (!content.isPushed) return loadImage(content, server, { references, host, env })
  // The builder has the layers at hand, and the registry may be far away.
  const dir = join(host.tempDir, 'layout')
  const exported = await exportLayout({ ...fromCache(plan), push: false, outputs: [] }, dir, {
    session,
    target,
    leaveOut: new Map(),
  })
  const { tree, blobs } = exported.content
  const here = byDigest(new Map(tree.blobs.map(({ digest }) => [digest, blobs])))
  const image = { tree: content.tree, blobs: firstOf(here, content.blobs) }
  return loadImage(image, server, { references, host, env })
}

async function tagAll(
  image: string,
  { references }: BuildxPlan,
  { server, host, env }: Pick<LoadMeans, 'server'> & Pick<BuildxCalls, 'host' | 'env'>,
): Promise<void> {
  for (const reference of references) await tagImage(image, server, { reference, host, env })
}

function fromCache(plan: BuildxPlan): BuildxPlan {
  return { ...plan, build: { ...plan.build, noCache: false, pull: false } }
}

/** The daemon that the plan loads into. */
export function requireServer({ engine }: BuildxPlan): DockerServer {
  if (engine.spec.server) return engine.spec.server
  throw new ActionError('internal', 'The plan loads the image into a daemon that is not there')
}
