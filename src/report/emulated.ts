import type { Instruction } from '../dockerfile/read/instruction.ts'
import type { PlannedStage } from '../dockerfile/stages/stages.ts'
import type { Step } from '../engine/built.ts'
import { formatPlatform, parsePlatform, runsNatively } from '../oci/platform.ts'
import { shorten } from '../preflight/emulation/emulator-missing.ts'
import type { PlatformStages, Reading } from '../source/needed-stages.ts'
import { codeCell } from '../text/markdown.ts'

/** An instruction that an emulator ran. */
export type EmulatedRun = {
  /** `os/arch[/variant]` that it ran on. */
  readonly platform: string
  readonly line: number
  readonly text: string
  readonly milliseconds: number
}

/**
 * The RUN instructions that were not answered from the cache and ran on a platform that is none of `natives` (`os/arch`
 * of the builder's nodes), in the order of the build. Empty where the nodes are not known.
 */
export function emulatedRuns(
  steps: readonly Step[],
  { platforms }: Pick<Reading, 'platforms'>,
  natives: readonly string[],
): readonly EmulatedRun[] {
  if (natives.length === 0) return []
  const machines = natives.map(parsePlatform)
  return steps.flatMap((step) => {
    const place = step.cached ? undefined : readName(step.name)
    if (place === undefined) return []
    // A step of one platform of several says which; it may be that of a stage, and none of the image's. Over scratch
    // BuildKit names none: then nobody can tell.
    const known = step.platform !== undefined || platforms.length === 1
    const target = platforms.find(({ platform }) => formatPlatform(platform) === step.platform) ?? platforms[0]
    if (target === undefined || !known) return []
    const stage = findStage(target, place.stage)
    const instruction = stage && instructionAt(stage.instructions, place)
    if (stage === undefined || instruction?.kind !== 'run') return []
    const platform = place.platform === undefined ? (stage.platform ?? target.platform) : parsePlatform(place.platform)
    if (machines.some((machine) => runsNatively(platform, machine))) return []
    const { line, text } = instruction
    return [{ platform: formatPlatform(platform), line, text: shorten(text), milliseconds: step.milliseconds }]
  })
}

/** What was emulated, line by line, then how to avoid it; nothing where nothing was. */
export function describeEmulation(runs: readonly EmulatedRun[], file: string): readonly string[] {
  if (runs.length === 0) return []
  return [
    ...runs.map(({ platform, line, text, milliseconds }) => {
      return `Emulated for ${platform}, ${seconds(milliseconds)}: ${file}:${line}: ${text}`
    }),
    ...totals(runs).map(
      ({ platform, milliseconds }) => `Emulation of ${platform} took ${seconds(milliseconds)} in all`,
    ),
    adviceFor(runs),
  ]
}

/** The same for the job summary, in Markdown. */
export function summariseEmulation(runs: readonly EmulatedRun[], file: string): readonly string[] {
  if (runs.length === 0) return []
  const rows = runs.map(({ platform, line, text, milliseconds }) => {
    return `| ${codeCell(platform)} | ${codeCell(`${file}:${line}`)} | ${codeCell(text)} | ${seconds(milliseconds)} |`
  })
  return ['| Emulated | Line | Instruction | Time |', '| --- | --- | --- | --- |', ...rows, '', adviceFor(runs), '']
}

function adviceFor(runs: readonly EmulatedRun[]): string {
  const platforms = totals(runs).map(({ platform }) => platform)
  const runner = platforms.some((platform) => /^linux\/arm/.test(platform)) ? ' (`runs-on: ubuntu-24.04-arm`)' : ''
  return `To run ${platforms.join(', ')} without an emulator: build on a native runner${runner} or node, or cross-compile in a stage that begins with \`FROM --platform=$BUILDPLATFORM\`.`
}

function totals(runs: readonly EmulatedRun[]): readonly Pick<EmulatedRun, 'platform' | 'milliseconds'>[] {
  const sums = new Map<string, number>()
  for (const { platform, milliseconds } of runs) sums.set(platform, (sums.get(platform) ?? 0) + milliseconds)
  return [...sums].map(([platform, milliseconds]) => ({ platform, milliseconds }))
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

/** `[linux/arm64 builder 2/5] RUN …`: platform and stage are there only where there are several. */
const stepName = /^\[(?:([a-z]+\/[a-z0-9_]+(?:\/v\d+)?)(?:->\S+)? )?(?:(\S+) )? *(\d+)\/(\d+)\] RUN /

type PlaceOfStep = {
  readonly platform: string | undefined
  readonly stage: string | undefined
  readonly number: number
  readonly count: number
}

function readName(name: string): PlaceOfStep | undefined {
  const [whole, platform, stage, number, count] = stepName.exec(name) ?? []
  return whole === undefined ? undefined : { platform, stage, number: Number(number), count: Number(count) }
}

/**
 * BuildKit counts FROM, if it is an image, then what the image's ONBUILD adds, then these instructions; WORKDIR / is in
 * the count, but has no number.
 */
function instructionAt(
  instructions: readonly Instruction[],
  { number, count }: Pick<PlaceOfStep, 'number' | 'count'>,
): Instruction | undefined {
  const counted = instructions.filter(({ kind }) => ['add', 'copy', 'run', 'workdir'].includes(kind))
  const numbered = counted.filter((one) => !(one.kind === 'workdir' && /^\/+$/.test(one.path)))
  const before = count - counted.length
  return before < 0 ? undefined : numbered[number - 1 - before]
}

function findStage({ stages: { stages } }: PlatformStages, name: string | undefined): PlannedStage | undefined {
  if (name === undefined) return stages.length === 1 ? stages[0] : undefined
  return stages.find((stage) => (stage.name ?? `stage-${stage.index}`) === name)
}
