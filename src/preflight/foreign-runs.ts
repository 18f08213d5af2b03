import type { Instruction } from '../dockerfile/instruction.ts'
import { formatPlatform, parsePlatform, runsNatively } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { Reading } from './needed-stages.ts'

/** What is run on a platform that the builder's machines are not. */
export type ForeignRuns = {
  readonly platform: Platform
  /** The RUN instructions, each once, in the order of the Dockerfile. */
  readonly runs: readonly Instruction[]
}

/**
 * The platforms that need an emulator, each with what needs it: RUN in a stage that the target needs and that is neither
 * for one of `natives` (`os/arch` of the builder's nodes) nor says by `--platform` that it runs on one. Copying from
 * another stage runs nothing. With `smokeTested` the images themselves are run too, for which nothing is listed. Empty
 * where the nodes are not known.
 */
export function foreignRuns(
  { platforms }: Pick<Reading, 'platforms'>,
  natives: readonly string[],
  { smokeTested = false }: { readonly smokeTested?: boolean } = {},
): readonly ForeignRuns[] {
  if (natives.length === 0) return []
  const machines = natives.map(parsePlatform)
  const found = new Map<string, { readonly platform: Platform; readonly runs: Map<number, Instruction> }>()
  const add = (platform: Platform, runs: readonly Instruction[]): void => {
    if (machines.some((machine) => runsNatively(platform, machine))) return
    const name = formatPlatform(platform)
    const known = found.get(name) ?? { platform, runs: new Map<number, Instruction>() }
    for (const run of runs) known.runs.set(run.line, run)
    found.set(name, known)
  }
  for (const { platform: target, stages: plan } of platforms) {
    for (const index of plan.needed) {
      const stage = plan.stages[index]
      const runs = stage?.instructions.filter(({ kind }) => kind === 'run') ?? []
      if (runs.length > 0) add(stage?.platform ?? target, runs)
    }
    if (smokeTested) add(target, [])
  }
  return [...found.values()].map(({ platform, runs }) => ({
    platform,
    runs: [...runs.values()].sort((a, b) => a.line - b.line),
  }))
}
