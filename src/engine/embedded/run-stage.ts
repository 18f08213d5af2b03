import { posix } from 'node:path'
import { stageValues } from '../../dockerfile/expand/arguments.ts'
import { matchGlob, parseGlob } from '../../dockerfile/ignore/glob.ts'
import { createJudge, excludeRules } from '../../dockerfile/ignore/ignore.ts'
import { parseMode } from '../../dockerfile/instructions/chmod.ts'
import type { StageSource } from '../../dockerfile/instructions/source.ts'
import { sourceKind } from '../../dockerfile/instructions/source-kind.ts'
import type { Add, Copy, Instruction } from '../../dockerfile/read/instruction.ts'
import { resolveInstructions } from '../../dockerfile/stages/resolve.ts'
import type { PlannedStage } from '../../dockerfile/stages/stages.ts'
import { ActionError } from '../../errors/action-error.ts'
import { createOverlay, type Overlay } from '../../tree/overlay.ts'
import { emptyTree, type FileTree, lazyTree } from '../../tree/tree.ts'
import { beginStage } from './begin-stage.ts'
import { type ConfigDraft, draftConfig } from './image-config.ts'
import { type CopyPatterns, copyInto, type Fetched } from './layer/copy.ts'
import { makeWorkdir } from './layer/directory.ts'
import { stackLinked } from './layer/link.ts'
import { resolveOwner } from './layer/owner.ts'
import type { Fetch } from './remote/fetch.ts'
import type { BuiltStage, StageContext } from './stage.ts'
import { createStepNames } from './step-times.ts'

/**
 * Applies the instructions of a stage in order. Base layers are read only if an instruction depends on their content.
 *
 * @throws ActionError of the Dockerfile, the trees and the registry, with the line of the instruction
 */
export async function runStage(stage: PlannedStage, context: StageContext): Promise<BuiltStage> {
  const others = [...stage.from.values()].flatMap((source) => (source.kind === 'stage' ? [source.index] : []))
  letBegin(others.map(context.stageOf))
  const names = createStepNames(stage, context)
  const begun = await begin(stage, context, names.from)
  const { instructions, values } = resolveInstructions(stage.instructions, {
    file: context.file,
    escapeMark: context.escapeMark,
    values: stageValues(begun.values, begun.config.config.Env ?? []),
    globals: context.globals,
    buildArguments: context.buildArguments,
  })
  const adds = instructions.filter((instruction) => instruction.kind === 'add')
  letBegin(adds.map((add) => sourcesOf(add, context.fetch)))
  let { tree } = begun
  const layers = [...begun.layers]
  const config = draftConfig(begun.config)
  const created = new Date(context.time).toISOString().replace('.000Z', 'Z')
  for (const [at, instruction] of instructions.entries()) {
    const overlay = await placed(instruction, context.file, async () => {
      await stageCopied(instruction, { stage, context })
      const work = () => fileSystemOf(instruction, { stage, config, tree, context })
      const name = names.at(at)
      return name === undefined ? await work() : await context.timeStep(name, work)
    })
    const changed =
      instruction.kind === 'workdir' ? { ...instruction, path: workdirOf(config, instruction.path) } : instruction
    config.apply(changed, { created, hasLayer: overlay !== undefined })
    if (overlay === undefined) continue
    layers.push({ kind: 'new', overlay: overlay.layer, instruction })
    tree = overlay.tree
  }
  return { config: config.finish(), layers, tree, values }
}

/** Begins the stage; the time to find and read a base image counts as FROM, that of another stage does not. */
async function begin(
  { base }: PlannedStage,
  context: StageContext,
  nameOf: (reference: string) => string,
): ReturnType<typeof beginStage> {
  const work = () => beginStage(base, context)
  switch (base.kind) {
    case 'image':
      return await context.timeStep(nameOf(base.reference), work)
    case 'context':
      return await context.timeStep(nameOf(base.name), work)
    default:
      return await work()
  }
}

/** Waits for the stage that the instruction copies from, so that the wait is not measured as time of the instruction. */
async function stageCopied(
  instruction: Instruction,
  { stage, context }: Pick<Moment, 'stage' | 'context'>,
): Promise<void> {
  const from =
    instruction.kind === 'copy' && instruction.from !== undefined ? stage.from.get(instruction.from) : undefined
  if (from?.kind === 'stage') await context.stageOf(from.index)
}

/** Starts work that later instructions wait for; the one that awaits it gets its error. */
function letBegin(work: readonly Promise<unknown>[]): void {
  for (const one of work) one.catch(() => {})
}

type Moment = {
  readonly stage: PlannedStage
  readonly config: ConfigDraft
  readonly tree: FileTree
  readonly context: StageContext
}

/** The result of an instruction: its layer, and the tree after it. */
type Done = { readonly layer: Overlay; readonly tree: FileTree }

/**
 * Returns the change of the instruction to the file system; undefined if it creates no layer. The same change to the
 * same tree is computed once.
 */
async function fileSystemOf(instruction: Instruction, moment: Moment): Promise<Done | undefined> {
  const { config, tree, context } = moment
  switch (instruction.kind) {
    case 'workdir': {
      const path = workdirOf(config, instruction.path)
      const user = config.user()
      return path === '/'
        ? undefined
        : context.share([tree], ['workdir', path, user], () => enter(path, { user, tree, context }))
    }
    case 'copy':
    case 'add': {
      const from = await treeToCopy(instruction, moment)
      const workdir = config.workingDir() || '/'
      return context.share([tree, from], [instruction, workdir], () =>
        transfer(instruction, { from, workdir, tree, context }),
      )
    }
    case 'run':
      throw new ActionError('feature-missing', 'The embedded engine does not support RUN')
    default:
      return undefined
  }
}

async function enter(
  path: string,
  { user, tree, context }: Pick<Moment, 'tree' | 'context'> & { readonly user: string | undefined },
): Promise<Done> {
  const layer = createOverlay(tree)
  const owner = user ? await resolveOwner(user, tree) : undefined
  await makeWorkdir(layer, path, { owner, time: context.time })
  return { layer, tree: layer }
}

type Way = Pick<Moment, 'tree' | 'context'> & { readonly from: FileTree; readonly workdir: string }

async function transfer(instruction: Copy | Add, { from, workdir, tree, context }: Way): Promise<Done> {
  // BuildKit ignores --link if --chmod is set.
  const linked = instruction.link && !instruction.chmod
  const layer = createOverlay(linked ? emptyTree : tree)
  await copyInto(layer, {
    from,
    sources: await sourcesOf(instruction, context.fetch),
    documents: instruction.files.map(({ name, content }) => ({ name, data: Buffer.from(content) })),
    destination: instruction.destination,
    workdir,
    unpack: instruction.kind === 'add' && instruction.unpack !== false,
    owner: instruction.chown ? await resolveOwner(instruction.chown, linked ? emptyTree : tree) : undefined,
    mode: instruction.chmod ? parseMode(instruction.chmod) : undefined,
    parents: instruction.kind === 'copy' && instruction.parents,
    exclude: instruction.exclude,
    patterns,
    time: context.time,
    temporary: context.temporary,
    whyMissing: from === context.context ? context.whyMissing : undefined,
    pause: context.pause,
  })
  return { layer, tree: linked ? lazyTree(() => stackLinked(tree, layer)) : layer }
}

/** Returns the tree that is copied from: the build context, or the one that `--from` names. */
async function treeToCopy(instruction: Copy | Add, { stage, context }: Moment): Promise<FileTree> {
  if (instruction.kind === 'add' || instruction.from === undefined) return context.context
  const from = stage.from.get(instruction.from)
  if (from === undefined) throw new ActionError('internal', `Nobody looked up what --from=${instruction.from} names`)
  return sourceTree(from, context)
}

/** Returns the sources in their order; those that are not in the build context are fetched concurrently. */
async function sourcesOf(instruction: Copy | Add, fetch: Fetch): Promise<readonly (string | Fetched)[]> {
  if (instruction.kind === 'copy') return instruction.sources
  return await Promise.all(
    instruction.sources.map(async (source) =>
      sourceKind(source) === 'path' ? source : await fetch(source, instruction),
    ),
  )
}

async function sourceTree(source: StageSource, context: StageContext): Promise<FileTree> {
  switch (source.kind) {
    case 'stage':
      return (await context.stageOf(source.index)).tree
    case 'image':
      return context.treeOf(await context.baseOf(source.reference), true)
    case 'scratch':
      return emptyTree
    case 'context': {
      const opened = await context.contextOf(source.name)
      return opened.kind === 'image' ? context.treeOf(opened.base, true) : opened.tree
    }
  }
}

const patterns: CopyPatterns = {
  glob: (pattern) => {
    const parsed = parseGlob(pattern)
    return (path) => matchGlob(parsed, path)
  },
  rules: (given) => {
    const judgeOf = createJudge(excludeRules(given))
    return (path) => judgeOf(path).ignored
  },
}

function workdirOf(config: ConfigDraft, path: string): string {
  const current = config.workingDir() || '/'
  if (path === '') return current
  // BuildKit normalizes only joined paths: `WORKDIR /a//b/` is not changed.
  return path.startsWith('/') ? path : posix.resolve(current, path)
}

/** Adds the line of the instruction to an error without a place. */
async function placed<T>(instruction: Instruction, file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // A cancelled run has no cause in the Dockerfile.
    if (!(error instanceof ActionError) || error.place || error.code === 'cancelled') throw error
    const place = { file, line: instruction.line }
    throw error.with({ message: `${file}:${instruction.line}: ${error.message}`, place, cause: error })
  }
}
