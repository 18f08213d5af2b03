import { completeEnvironment, type Values } from '../../dockerfile/expand/arguments.ts'
import type { StageSource } from '../../dockerfile/instructions/source.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Config } from '../../oci/config.ts'
import type { Digest } from '../../oci/types.ts'
import type { Base } from '../../source/base.ts'
import { createOverlay } from '../../tree/overlay.ts'
import { emptyTree, type FileTree } from '../../tree/tree.ts'
import { dropLayers } from './drop-layers.ts'
import { emptyConfig, inherit } from './image-config.ts'
import { copyTree } from './layer/copy-tree.ts'
import type { BuiltStage, StageContext } from './stage.ts'

/** A stage before its first instruction. */
export type Begun = Omit<BuiltStage, 'values'> & {
  /** What the stage inherits from the stage it is based on. */
  readonly values: Values | undefined
}

/**
 * Returns the stage that FROM starts: empty, based on another stage or an image, or with the files of a named context.
 *
 * @throws ActionError `input-invalid` if there are no layers to drop, and the errors of opening the base
 */
export async function beginStage(base: StageSource, context: StageContext): Promise<Begun> {
  switch (base.kind) {
    case 'scratch':
      assertNothingToDrop(context)
      return { config: emptyConfig(context.platform), layers: [], tree: emptyTree, values: undefined }
    case 'stage': {
      const stage = await context.stageOf(base.index)
      return { ...stage, config: inherit(stage.config) }
    }
    case 'image':
      return beginWithImage(await context.baseOf(base.reference), context)
    case 'context': {
      const opened = await context.contextOf(base.name)
      if (opened.kind === 'image') return beginWithImage(opened.base, context)
      assertNothingToDrop(context)
      return beginWithFiles(opened.tree, base.name, context)
    }
  }
}

function assertNothingToDrop({ file, dropLayers: count }: StageContext): void {
  if (count === 0) return
  throw new ActionError(
    'input-invalid',
    `Cannot drop layers of the base image: the image of ${file} does not begin with one`,
    { hint: 'Leave `drop-layers` out: `FROM scratch` has no layers.' },
  )
}

function beginWithImage(image: Base, context: StageContext): Begun {
  const found = dropLayers(image, context.dropLayers)
  const { config, layers } = found
  const Env = completeEnvironment(config.config.Env ?? [], config.os)
  return {
    config: inherit({ ...config, config: { ...config.config, Env } }),
    layers: layers.map((descriptor, index) => ({
      kind: 'base',
      descriptor,
      diffId: diffIdOf(config, index),
      from: found,
    })),
    tree: context.treeOf(found, false),
    values: undefined,
  }
}

function diffIdOf(config: Config, index: number): Digest {
  const diffId = config.rootfs.diff_ids[index]
  if (diffId === undefined)
    throw new ActionError('content-mismatch', 'A base image has more layers than its configuration')
  return diffId
}

/**
 * The files are one layer of the image. BuildKit's history has an entry for it too, but after the others and about one
 * file.
 */
async function beginWithFiles(
  from: FileTree,
  name: string,
  { platform, time, pause }: Pick<StageContext, 'platform' | 'time' | 'pause'>,
): Promise<Begun> {
  if (from === emptyTree) return { config: emptyConfig(platform), layers: [], tree: emptyTree, values: undefined }
  const overlay = createOverlay(emptyTree)
  const unchanged = { owner: undefined, mode: undefined, included: undefined, excluded: undefined }
  await copyTree('', '', { from, into: overlay, time, pause, ...unchanged })
  const created = new Date(time).toISOString().replace('.000Z', 'Z')
  const history = [{ created, created_by: `FROM ${name}`, comment: 'buildkit.dockerfile.v0' }]
  return {
    config: { ...emptyConfig(platform), history },
    layers: [{ kind: 'new', overlay, instruction: undefined }],
    tree: overlay,
    values: undefined,
  }
}
