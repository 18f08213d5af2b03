import { annotationAt } from '../dockerfile/read/inline.ts'
import type { Instruction } from '../dockerfile/read/instruction.ts'
import type { Place } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { shorten } from '../preflight/emulation/emulator-missing.ts'
import { formatBytes } from '../text/bytes.ts'
import { formatSeconds } from '../text/duration.ts'
import { codeSpan } from '../text/markdown.ts'
import { usesCache } from './cache-hits.ts'
import { emulatedRuns, emulationAdvice } from './emulated.ts'
import type { Result } from './outputs.ts'
import { placeStep } from './place-step.ts'
import { lengthOf, totalSpan } from './timeline.ts'

/** A cause of a slow build. */
export type SlowStep = {
  readonly kind: 'emulation' | 'cache' | 'layer'
  /** The text of the instruction. */
  readonly subject: string
  /** The finding, as the rest of the sentence. */
  readonly finding: string
  readonly advice: string
  /** Absent for an inline Dockerfile. */
  readonly place: Place | undefined
}

/** Minimum duration in milliseconds and share of the build for which a step results in advice. */
const worthAdvice = {
  emulated: { least: 5000, share: 0.5 },
  again: { least: 5000, share: 0.2 },
  layer: { least: 5000, share: 0.3 },
} as const

/**
 * Finds steps that took most of the time and can be avoided: a RUN under emulation, a COPY that invalidates the cache of an installation,
 * and a large layer.
 */
export function slowSteps(result: Pick<Result, 'plan' | 'checked' | 'built'>): readonly SlowStep[] {
  return [...slowEmulation(result), ...cacheBreaker(result), ...largeLayer(result)]
}

type Given = Parameters<typeof slowSteps>[0]

function slowEmulation({ plan, checked: { reading }, built }: Given): readonly SlowStep[] {
  const total = totalSpan(built.steps)
  if (reading === undefined || total === undefined) return []
  const runs = [...emulatedRuns(built.steps, reading, plan.engine.traits.natives)]
  const [slowest] = runs.sort((a, b) => b.milliseconds - a.milliseconds)
  if (slowest === undefined || !isWorth(slowest.milliseconds, lengthOf(total), worthAdvice.emulated)) return []
  const { platform, line, text, milliseconds } = slowest
  return [
    {
      kind: 'emulation',
      subject: text,
      finding: `took ${shareOf(milliseconds, lengthOf(total))} under emulation for ${platform}`,
      advice: emulationAdvice([platform]),
      place: placeOf(reading.dockerfile.file, line),
    },
  ]
}

/** Finds the layer that took longest to write, if the engine writes the layers in this process. */
function largeLayer({ plan, checked: { reading }, built: { steps } }: Given): readonly SlowStep[] {
  const total = totalSpan(steps)
  if (reading === undefined || total === undefined) return []
  const written = steps.flatMap(({ wrote, milliseconds }) => (wrote === undefined ? [] : [{ ...wrote, milliseconds }]))
  const [longest] = written.sort((a, b) => b.milliseconds - a.milliseconds)
  if (longest === undefined || !isWorth(longest.milliseconds, lengthOf(total), worthAdvice.layer)) return []
  const { text, line, size, milliseconds } = longest
  const { compression } = plan.build
  const less = 'Copy fewer files, or list those that the image does not need in `.dockerignore`.'
  return [
    {
      kind: 'layer',
      subject: shorten(text),
      finding: `made a layer of ${formatBytes(size)}, and ${compression === 'uncompressed' ? 'writing' : 'compressing'} it took ${shareOf(milliseconds, lengthOf(total))}`,
      advice: compression === 'gzip' ? `${less} \`compression: zstd\` is faster than gzip.` : less,
      place: placeOf(reading.dockerfile.file, line),
    },
  ]
}

/** Finds the COPY of a whole directory that missed the cache before packages were installed. */
function cacheBreaker({ plan, checked: { reading }, built: { steps } }: Given): readonly SlowStep[] {
  const total = totalSpan(steps)
  if (reading === undefined || total === undefined) return []
  const placed = steps.flatMap((step) => {
    const found = placeStep(step, reading)
    return found ? [{ step, ...found }] : []
  })
  const hasCache = usesCache(plan) || steps.some(({ cached, name }) => cached && /\d\/\d+\] /.test(name))
  if (!hasCache) return []
  const found = placed.flatMap(({ step, stage, instruction }) => {
    if (step.cached || !copiesAll(instruction)) return []
    const others = placed.filter((other) => other.stage === stage && other.step.platform === step.platform)
    const isFirst = others.every((other) => other.step.cached || other.instruction.line >= instruction.line)
    const after = others.filter((other) => !other.step.cached && other.instruction.line > instruction.line)
    const installs = after.flatMap(({ instruction: { kind, text }, step: { milliseconds } }) => {
      const installer = kind === 'run' ? installerOf(text) : undefined
      return installer ? [{ text, installer, milliseconds }] : []
    })
    const [install] = installs.sort((a, b) => b.milliseconds - a.milliseconds)
    return isFirst && install ? [{ instruction, install, again: after.length }] : []
  })
  const [worst] = found.sort((a, b) => b.install.milliseconds - a.install.milliseconds)
  if (worst === undefined || !isWorth(worst.install.milliseconds, lengthOf(total), worthAdvice.again)) return []
  const { instruction, install } = worst
  const { manifests, command } = install.installer
  return [
    {
      kind: 'cache',
      subject: shorten(instruction.text),
      finding: `missed the cache, so the installation after it ran again: ${shareOf(install.milliseconds, lengthOf(total))}`,
      advice: `Copy only ${manifests} first, then run \`${command}\`, and copy the other files after it.`,
      place: placeOf(reading.dockerfile.file, instruction.line),
    },
  ]
}

function readsContext(instruction: Instruction): instruction is Extract<Instruction, { kind: 'copy' | 'add' }> {
  return instruction.kind === 'add' || (instruction.kind === 'copy' && instruction.from === undefined)
}

function copiesAll(instruction: Instruction): boolean {
  return readsContext(instruction) && instruction.sources.some((source) => /^(?:\.\/?|\/|\*|\.\/\*)$/.test(source))
}

type Installer = { readonly pattern: RegExp; readonly command: string; readonly manifests: string }

/** Commands that install packages listed in a few files. */
const installers: readonly Installer[] = [
  { pattern: /\bnpm (?:ci|install|i)\b/, command: 'npm ci', manifests: '`package.json` and `package-lock.json`' },
  { pattern: /\bpnpm (?:install|i)\b/, command: 'pnpm install', manifests: '`package.json` and `pnpm-lock.yaml`' },
  { pattern: /\byarn(?: install\b|\s*$)/, command: 'yarn install', manifests: '`package.json` and `yarn.lock`' },
  { pattern: /\bpip3? install\b/, command: 'pip install', manifests: '`requirements.txt`' },
  { pattern: /\bpoetry install\b/, command: 'poetry install', manifests: '`pyproject.toml` and `poetry.lock`' },
  { pattern: /\buv sync\b/, command: 'uv sync', manifests: '`pyproject.toml` and `uv.lock`' },
  { pattern: /\bbundle install\b/, command: 'bundle install', manifests: '`Gemfile` and `Gemfile.lock`' },
  { pattern: /\bcomposer install\b/, command: 'composer install', manifests: '`composer.json` and `composer.lock`' },
  { pattern: /\bgo mod download\b/, command: 'go mod download', manifests: '`go.mod` and `go.sum`' },
  { pattern: /\bdotnet restore\b/, command: 'dotnet restore', manifests: 'the project files' },
]

function installerOf(text: string): Installer | undefined {
  const excerpt = text.slice(0, 2000)
  return installers.find(({ pattern }) => pattern.test(excerpt))
}

function isWorth(milliseconds: number, total: number, { least, share }: { least: number; share: number }): boolean {
  return milliseconds >= least && milliseconds >= total * share
}

function shareOf(milliseconds: number, total: number): string {
  const percent = Math.min(100, Math.round((milliseconds / total) * 100))
  return `${formatSeconds(milliseconds)} of ${formatSeconds(total)} (${percent} %)`
}

function placeOf(file: string, line: number): Place | undefined {
  return annotationAt(file, line).place
}

/** Reports each finding as a notice on its line. */
export function tellSlowSteps(found: readonly SlowStep[], { notice }: Pick<Host['runner'], 'notice'>): void {
  for (const { subject, finding, advice, place } of found) {
    notice(`${subject} ${finding}. ${advice}`, { title: 'Polyarch: slow step', ...(place ? { place } : {}) })
  }
}

/** Shows the advice about the build context as a notice on the COPY or ADD that reads most of it. */
export function tellContextAdvice(
  { built: { contextAdvice }, checked: { reading } }: Pick<Result, 'built' | 'checked'>,
  { notice }: Pick<Host['runner'], 'notice'>,
): void {
  if (contextAdvice === undefined) return
  const all = reading?.dockerfile.stages.flatMap(({ instructions }) => instructions) ?? []
  const copy = all.find(copiesAll) ?? all.find(readsContext)
  const { file = '' } = reading?.dockerfile ?? {}
  notice(contextAdvice, { title: 'Polyarch: large build context', ...annotationAt(file, copy?.line) })
}

/**
 * Renders the section of the job summary, in Markdown; empty without findings. `contextAdvice` is about the build
 * context.
 */
export function slowSection(found: readonly SlowStep[], contextAdvice: string | undefined): readonly string[] {
  const items = found.map(({ subject, finding, advice, place }) => {
    const where = place ? ` (${codeSpan(`${place.file}:${place.line}`)})` : ''
    return `- ${codeSpan(subject)}${where} ${finding}. ${advice}`
  })
  const all = contextAdvice === undefined ? items : [...items, `- ${codeParts(contextAdvice)}`]
  return all.length === 0 ? [] : ['#### Slow steps', '', ...all, '']
}

/** Formats our text with directory names in it: text in backticks, and text from outside, is shown as code. */
function codeParts(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) =>
      /^[a-z0-9 .,:()]*$/i.test(part) && !/www\./i.test(part) ? part : codeSpan(part.replaceAll('`', '')),
    )
    .join('')
}
