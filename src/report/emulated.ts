import type { Step } from '../engine/built.ts'
import { formatPlatform, parsePlatform, runsNatively } from '../oci/platform.ts'
import { shorten } from '../preflight/emulation/emulator-missing.ts'
import type { Reading } from '../source/needed-stages.ts'
import { formatSeconds } from '../text/duration.ts'
import { codeCell } from '../text/markdown.ts'
import { placeStep } from './place-step.ts'

/** An emulated instruction. */
export type EmulatedRun = {
  /** The platform `os/arch[/variant]` on which it ran. */
  readonly platform: string
  readonly line: number
  readonly text: string
  readonly milliseconds: number
}

/**
 * Returns the RUN instructions that were executed, not cached, on a platform that is not one of `natives` (`os/arch` of
 * the builder's nodes), in the order of the build. Empty if the nodes are not known.
 */
export function emulatedRuns(
  steps: readonly Step[],
  { platforms }: Pick<Reading, 'platforms'>,
  natives: readonly string[],
): readonly EmulatedRun[] {
  if (natives.length === 0) return []
  const machines = natives.map(parsePlatform)
  return steps.flatMap((step) => {
    const placed = step.cached ? undefined : placeStep(step, { platforms })
    if (placed?.instruction.kind !== 'run') return []
    if (machines.some((machine) => runsNatively(placed.platform, machine))) return []
    const { line, text } = placed.instruction
    const platform = formatPlatform(placed.platform)
    return [{ platform, line, text: shorten(text), milliseconds: step.milliseconds }]
  })
}

/** Describes what was emulated, one instruction per line, and how to avoid it; empty if nothing was emulated. */
export function describeEmulation(runs: readonly EmulatedRun[], file: string): readonly string[] {
  if (runs.length === 0) return []
  return [
    ...longest(runs).map(({ platform, line, text, milliseconds }) => {
      return `Emulated for ${platform}, ${formatSeconds(milliseconds)}: ${file}:${line}: ${text}`
    }),
    ...totals(runs).map(
      ({ platform, milliseconds }) => `Emulation of ${platform} took ${formatSeconds(milliseconds)} in all`,
    ),
    adviceFor(runs),
  ]
}

/** Like `describeEmulation`, in Markdown for the job summary; includes the advice only if `advises`. */
export function summarizeEmulation(runs: readonly EmulatedRun[], file: string, advises = true): readonly string[] {
  if (runs.length === 0) return []
  const rows = longest(runs).map(({ platform, line, text, milliseconds }) => {
    return `| ${codeCell(platform)} | ${codeCell(`${file}:${line}`)} | ${codeCell(text)} | ${formatSeconds(milliseconds)} |`
  })
  return [
    '| Emulated | Line | Instruction | Time |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...(advises ? [adviceFor(runs), ''] : []),
  ]
}

/** Maximum number of instructions that are listed; the totals include all. */
const mostShown = 20

/** Returns the longest instructions, in the order of the build. */
function longest(runs: readonly EmulatedRun[]): readonly EmulatedRun[] {
  const kept = new Set([...runs].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, mostShown))
  return runs.filter((run) => kept.has(run))
}

function adviceFor(runs: readonly EmulatedRun[]): string {
  return emulationAdvice(totals(runs).map(({ platform }) => platform))
}

/** Describes how to build the platforms without emulation. */
export function emulationAdvice(platforms: readonly string[]): string {
  // GitHub has no runners of other architectures.
  const arm = platforms.filter((platform) => /^linux\/arm/.test(platform))
  const which = arm.length === platforms.length ? '' : ` for ${arm.join(', ')}`
  const runner = arm.length === 0 ? '' : ` (\`runs-on: ubuntu-24.04-arm\`${which})`
  return `To run ${platforms.join(', ')} without an emulator: build on a native runner${runner} or node, or cross-compile in a stage that begins with \`FROM --platform=$BUILDPLATFORM\`.`
}

function totals(runs: readonly EmulatedRun[]): readonly Pick<EmulatedRun, 'platform' | 'milliseconds'>[] {
  const sums = new Map<string, number>()
  for (const { platform, milliseconds } of runs) sums.set(platform, (sums.get(platform) ?? 0) + milliseconds)
  return [...sums].map(([platform, milliseconds]) => ({ platform, milliseconds }))
}
