import type { Step } from '../engine/built.ts'
import { formatPlatform, parsePlatform, runsNatively } from '../oci/platform.ts'
import { shorten } from '../preflight/emulation/emulator-missing.ts'
import type { Reading } from '../source/needed-stages.ts'
import { formatSeconds } from '../text/duration.ts'
import { codeCell } from '../text/markdown.ts'
import { placeStep } from './place-step.ts'

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
    const placed = step.cached ? undefined : placeStep(step, { platforms })
    if (placed?.instruction.kind !== 'run') return []
    if (machines.some((machine) => runsNatively(placed.platform, machine))) return []
    const { line, text } = placed.instruction
    const platform = formatPlatform(placed.platform)
    return [{ platform, line, text: shorten(text), milliseconds: step.milliseconds }]
  })
}

/** What was emulated, line by line, then how to avoid it; nothing where nothing was. */
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

/** The same for the job summary, in Markdown; the advice only if `advises`. */
export function summariseEmulation(runs: readonly EmulatedRun[], file: string, advises = true): readonly string[] {
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

/** Instructions that are shown one by one; the totals are of all. */
const mostShown = 20

/** The longest of them, in the order of the build. */
function longest(runs: readonly EmulatedRun[]): readonly EmulatedRun[] {
  const kept = new Set([...runs].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, mostShown))
  return runs.filter((run) => kept.has(run))
}

function adviceFor(runs: readonly EmulatedRun[]): string {
  return emulationAdvice(totals(runs).map(({ platform }) => platform))
}

/** How to build the platforms without an emulator. */
export function emulationAdvice(platforms: readonly string[]): string {
  const runner = platforms.some((platform) => /^linux\/arm/.test(platform)) ? ' (`runs-on: ubuntu-24.04-arm`)' : ''
  return `To run ${platforms.join(', ')} without an emulator: build on a native runner${runner} or node, or cross-compile in a stage that begins with \`FROM --platform=$BUILDPLATFORM\`.`
}

function totals(runs: readonly EmulatedRun[]): readonly Pick<EmulatedRun, 'platform' | 'milliseconds'>[] {
  const sums = new Map<string, number>()
  for (const { platform, milliseconds } of runs) sums.set(platform, (sums.get(platform) ?? 0) + milliseconds)
  return [...sums].map(([platform, milliseconds]) => ({ platform, milliseconds }))
}
