import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ActionError } from '../../errors.ts'
import type { Host } from '../../host/host.ts'
import { walkImage } from '../../oci/image-tree.ts'
import { readBlob, readLayout } from '../../oci/layout.ts'
import type { Digest } from '../../oci/types.ts'
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

  const dir = join(host.tempDir, 'layout')
  const result = await callBuildx(host, plan, {
    builder,
    platforms: plan.build.platforms,
    outputs: outputsOf(plan, dir),
    env: session.env,
  })
  return {
    content: await contentOf(plan, dir, result),
    metadata: result.metadata,
    imageId: plan.load ? result.imageId : undefined,
    steps: result.steps,
  }
}

function outputsOf(plan: Plan, dir: string): readonly Output[] {
  const store: Output = { kind: 'store', names: storeNames(plan.references) }
  const also = plan.load ? [store] : []
  switch (plan.method.name) {
    case 'layout':
      mkdirSync(dir)
      return [{ kind: 'layout', dir }, ...also]
    case 'digest':
      return [{ kind: 'digest', references: plan.references }, ...also]
    default:
      return [store]
  }
}

async function contentOf(plan: Plan, dir: string, { metadata }: CallResult): Promise<Content> {
  switch (plan.method.name) {
    case 'layout': {
      const root = await readLayout(dir)
      return { kind: 'layout', dir, tree: await walkImage(root, (descriptor) => readBlob(dir, descriptor)) }
    }
    case 'digest': {
      const digest = metadata['containerimage.digest']
      if (typeof digest !== 'string') {
        throw new ActionError('engine-failed', 'buildx pushed the image but did not say under which digest', {
          hint: 'Update buildx to 0.8 or newer.',
        })
      }
      return { kind: 'pushed', root: { digest: digest as Digest } }
    }
    default:
      return { kind: 'loaded' }
  }
}
