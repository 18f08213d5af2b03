import type { DockerServer } from '../../docker/server.ts'
import type { Instruction } from '../../dockerfile/read/instruction.ts'
import { formatPlatform, parsePlatform, runsNatively } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import type { Reading } from '../../source/needed-stages.ts'

/** What a machine runs for a platform other than its own. */
export type ForeignRuns = {
  readonly platform: Platform
  /** The RUN instructions, without duplicates, in the order of the Dockerfile. */
  readonly runs: readonly Instruction[]
  /** Whether the smoke test runs the image of the platform. */
  readonly smokeTested: boolean
  /** Whether the input `emulators` lists the platform. */
  readonly asked?: true
}

/**
 * Returns the platforms that need an emulator, each with the RUN instructions that need it: those in stages that the target needs, unless
 * the stage's platform runs natively on one of `natives` (`os/arch` of the builder's nodes). Copying from another stage does not execute
 * anything. Empty if the nodes are unknown.
 */
export function foreignRuns(
  { platforms }: Pick<Reading, 'platforms'>,
  natives: readonly string[],
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
  }
  return [...found.values()].map(({ platform, runs }) => ({
    platform,
    runs: [...runs.values()].sort((a, b) => a.line - b.line),
    smokeTested: false,
  }))
}

/** Returns the images for foreign platforms that the smoke test runs. */
export function foreignImages(
  platforms: readonly Platform[],
  { os, architecture }: Pick<DockerServer, 'os' | 'architecture'>,
): readonly ForeignRuns[] {
  return platforms
    .filter((platform) => !runsNatively(platform, { os, architecture }))
    .map((platform) => ({ platform, runs: [], smokeTested: true }))
}

/** Returns the platforms in `asked` that none of `natives` runs natively. */
export function foreignAsked(asked: readonly Platform[], natives: readonly string[]): readonly ForeignRuns[] {
  const machines = natives.map(parsePlatform)
  return asked
    .filter((platform) => !machines.some((machine) => runsNatively(platform, machine)))
    .map((platform) => ({ platform, runs: [], smokeTested: false, asked: true }))
}

/** Adds the platforms in `asked`, without duplicates. */
export function withAsked(foreign: readonly ForeignRuns[], asked: readonly ForeignRuns[]): readonly ForeignRuns[] {
  const known = new Set(foreign.map(({ platform }) => formatPlatform(platform)))
  return [...foreign, ...asked.filter(({ platform }) => !known.has(formatPlatform(platform)))]
}

/** Merges what the build and the smoke test run on one machine, without duplicate platforms. */
export function joinForeign(runs: readonly ForeignRuns[], images: readonly ForeignRuns[]): readonly ForeignRuns[] {
  const tested = new Map(images.map((image) => [formatPlatform(image.platform), image]))
  const ran = new Set(runs.map(({ platform }) => formatPlatform(platform)))
  return [
    ...runs.map((one) => ({ ...one, smokeTested: tested.has(formatPlatform(one.platform)) })),
    ...images.filter(({ platform }) => !ran.has(formatPlatform(platform))),
  ]
}
