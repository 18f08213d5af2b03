import type { Instruction } from '../dockerfile/read/instruction.ts'
import type { StagePlan } from '../dockerfile/stages/stages.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { FoundBase } from '../source/bases.ts'

/** Where a layer comes from: the instruction that made it, or the base image that brought it along. */
export type Origin = { readonly line: number; readonly text: string }

/** For each layer of the base images, by its digest, where the Dockerfile names the image. */
export function originsOfBases(bases: readonly FoundBase[]): ReadonlyMap<string, Origin> {
  return new Map(
    bases.flatMap(({ reference, platform, line, image }) => {
      const origin = { line, text: `the base image ${reference} for ${formatPlatform(platform)}` }
      return image.manifest.layers.map(({ digest }) => [digest, origin] as const)
    }),
  )
}

type HistoryEntry = { readonly created_by?: string; readonly empty_layer?: boolean }

/**
 * For each layer of an image, bottom first, the instruction of the Dockerfile that made it; undefined for those of the
 * base, and where history and Dockerfile do not go together. BuildKit writes one entry of history for each instruction,
 * which begins with its keyword; so they are matched from the last one backwards.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties (history)
 */
export function originsOf(
  history: readonly HistoryEntry[],
  layers: number,
  stages: StagePlan | undefined,
): readonly (Origin | undefined)[] {
  const making = history.filter(({ empty_layer: empty }) => empty !== true)
  const origins = Array.from<Origin | undefined>({ length: layers })
  if (making.length !== layers || stages === undefined) return origins
  const instructions = instructionsOf(stages).filter(({ kind }) => makesLayer.has(kind))
  for (let layer = layers - 1; layer >= 0; layer -= 1) {
    const keyword = keywordOf(making[layer]?.created_by ?? '')
    let instruction = instructions.pop()
    // WORKDIR creates a layer only if its folder did not exist.
    while (instruction?.kind === 'workdir' && keyword !== 'workdir') instruction = instructions.pop()
    if (instruction === undefined || instruction.kind !== keyword) break
    origins[layer] = { line: instruction.line, text: instruction.text }
  }
  return origins
}

/**
 * The instruction of the Dockerfile that an entry of history is of: by its layer if it made one, else the last of its kind that has `word`.
 */
export function originOfEntry(
  history: readonly HistoryEntry[],
  index: number,
  { layers, stages, word }: { readonly layers: number; readonly stages: StagePlan | undefined; readonly word: string },
): Origin | undefined {
  const entry = history[index]
  if (entry === undefined || stages === undefined) return undefined
  if (entry.empty_layer !== true) {
    const before = history.slice(0, index).filter(({ empty_layer: empty }) => empty !== true).length
    return originsOf(history, layers, stages)[before]
  }
  return originOfWord(keywordOf(entry.created_by ?? ''), word, stages)
}

/** The last instruction of a kind whose text has `word`. */
export function originOfWord(kind: string, word: string, stages: StagePlan | undefined): Origin | undefined {
  const found = stages && instructionsOf(stages).findLast((one) => one.kind === kind && one.text.includes(word))
  return found && { line: found.line, text: found.text }
}

/** Line of the last ENTRYPOINT, else of the last CMD, else of the FROM of the target, whose base image then says what is started. */
export function lineOfStart(stages: StagePlan | undefined): number | undefined {
  const start = originOfWord('entrypoint', '', stages) ?? originOfWord('cmd', '', stages)
  return start?.line ?? stages?.stages[stages.target]?.line
}

const makesLayer = new Set<Instruction['kind']>(['add', 'copy', 'run', 'workdir'])

/** The instructions that the target's image comes from: those of the stages it is based on, then its own. */
function instructionsOf({ stages, target }: StagePlan): Instruction[] {
  const stage = stages[target]
  if (stage === undefined) return []
  const below = stage.base.kind === 'stage' ? instructionsOf({ stages, target: stage.base.index, needed: [] }) : []
  return [...below, ...stage.instructions]
}

/** `COPY app / # buildkit`, `RUN |1 A=b /bin/sh -c make`, and the older `/bin/sh -c #(nop) COPY …` and `/bin/sh -c make`. */
function keywordOf(createdBy: string): string {
  const text = createdBy.replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
  const word = /^([A-Z]+) /.exec(text)?.[1]?.toLowerCase()
  return word ?? (text.startsWith('/bin/sh -c') ? 'run' : '')
}
