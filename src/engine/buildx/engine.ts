import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ActionError } from '../../errors.ts'
import type { Host } from '../../host/host.ts'
import { isDigest } from '../../oci/digest.ts'
import { walkImage } from '../../oci/image-tree.ts'
import { readBlob, readLayout } from '../../oci/layout.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Built, Content } from '../built.ts'
import { type Output, storeNames } from './args.ts'
import { type CallResult, callBuildx } from './call.ts'
import { createBuilder } from './create-builder.ts'
import { joinPlatforms } from './join.ts'

export type Session = {
  readonly host: Host
  /** Environment of every docker and buildx process: the private configuration and the way to the daemon. */
  readonly env: Readonly<Record<string, string>>
  /** A name of this run alone, fit for builders, images and containers. */
  readonly name: string
}

/**
 * Builds with buildx in the way the plan chose.
 *
 * @throws ActionError what the build failed from
 */
export async function build(plan: Plan, host: Host, env: Readonly<Record<string, string>>): Promise<Built> {
  const name = basename(host.tempDir)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
  const session: Session = { host, env: { ...plan.dockerEnv, ...env }, name }
  const builder = plan.builder.kind === 'create' ? await createBuilder(plan.builder, plan, session) : plan.builder.name
  if (plan.method.name === 'join') return joinPlatforms(plan, builder, session)

  const target = { builder, platforms: plan.build.platforms, env: session.env }
  const store: Output = { kind: 'store', names: storeNames(plan.references) }
  if (plan.method.name === 'load') {
    const result = await callBuildx(host, plan, { ...target, outputs: [store] })
    return { ...result, content: { kind: 'loaded' }, imageId: storeId(plan, result) }
  }

  const dir = join(host.tempDir, 'layout')
  const result = await callBuildx(host, plan, { ...target, outputs: [outputOf(plan, dir)] })
  const content = await contentOf(plan, dir, result)
  if (!plan.load) return { ...result, content, imageId: undefined }
  // A second call, all from the cache: with two outputs in one call BuildKit mixes up their manifests (seen with 0.25).
  const again: Plan = { ...plan, build: { ...plan.build, noCache: false, pull: false } }
  const loaded = await callBuildx(host, again, { ...target, outputs: [store] })
  return { ...result, content, imageId: storeId(plan, loaded) }
}

/** What `docker image inspect` calls the image: the containerd store goes by manifests, the classic one by configs. */
function storeId(plan: Plan, { metadata, imageId }: CallResult): string | undefined {
  const digest = metadata['containerimage.digest']
  return plan.store === 'containerd' && typeof digest === 'string' ? digest : imageId
}

function outputOf(plan: Plan, dir: string): Output {
  if (plan.method.name === 'digest') return { kind: 'digest', references: plan.references }
  mkdirSync(dir)
  return { kind: 'layout', dir }
}

async function contentOf(plan: Plan, dir: string, { metadata }: CallResult): Promise<Content> {
  if (plan.method.name === 'layout') {
    const root = await readLayout(dir)
    return { kind: 'layout', dir, tree: await walkImage(root, (descriptor) => readBlob(dir, descriptor)) }
  }
  const digest = metadata['containerimage.digest']
  if (typeof digest === 'string' && isDigest(digest)) return { kind: 'pushed', root: { digest } }
  throw new ActionError('engine-failed', 'buildx pushed the image but did not say under which digest', {
    hint: 'Update buildx to 0.8 or newer.',
  })
}
