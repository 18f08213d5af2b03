import type { Instruction } from '../dockerfile/read/instruction.ts'
import type { StagePlan } from '../dockerfile/stages/stages.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { FoundBase } from '../source/bases.ts'

/** The origin of a layer: the instruction that created it, or the base image that contains it. */
export type Origin = { readonly line: number; readonly text: string }

/** Returns the origins of the base images' layers by digest: the line of the Dockerfile that names the image. */
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
 * Returns the instruction that created each layer of an image, bottom first; undefined for layers of the base, and if
 * history and Dockerfile do not match. BuildKit writes one history entry per instruction, which begins with its
 * keyword; they are matched from the last one backwards.
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
    // WORKDIR creates a layer only if its directory did not exist.
    while (instruction?.kind === 'workdir' && keyword !== 'workdir') instruction = instructions.pop()
    if (instruction === undefined || instruction.kind !== keyword) break
    origins[layer] = { line: instruction.line, text: instruction.text }
  }
  return origins
}

/**
 * Returns the instruction of a history entry: by its layer if it created one, else the last of its kind that contains
 * `word`.
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

/** Returns the last instruction of a kind whose text contains `word`. */
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

/** Returns the instructions that lead to the target's image: those of the stages it is based on, then its own. */
function instructionsOf({ stages, target }: StagePlan): Instruction[] {
  const stage = stages[target]
  if (stage === undefined) return []
  const below = stage.base.kind === 'stage' ? instructionsOf({ stages, target: stage.base.index, needed: [] }) : []
  return [...below, ...stage.instructions]
}

/**
 * Returns the keyword in a history entry: `COPY app / # buildkit`, `RUN |1 A=b /bin/sh -c make`, and the older `/bin/sh
 * -c #(nop) COPY …` and `/bin/sh -c make`.
 */
function keywordOf(createdBy: string): string {
  const text = createdBy.replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
  const word = /^([A-Z]+) /.exec(text)?.[1]?.toLowerCase()
  return word ?? (text.startsWith('/bin/sh -c') ? 'run' : '')
}
