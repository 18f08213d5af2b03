import type { Step } from '../engine/built.ts'
import { gateSection } from '../gate/gate-section.ts'
import { formatPlatform, parsePlatform, runsNatively } from '../oci/platform.ts'
import { showReference, showRepository } from '../oci/reference.ts'
import type { Plan } from '../plan/plan.ts'
import type { Published } from '../publish/publish.ts'
import type { TagResult } from '../publish/write-tags.ts'
import { smokeSection } from '../smoke-test/result.ts'
import { formatBytes } from '../text/bytes.ts'
import { codeCell, codeSpan } from '../text/markdown.ts'
import type { Verified } from '../verify/verify.ts'
import { describeCacheHits, usesCache } from './cache-hits.ts'
import { emulatedRuns, summariseEmulation } from './emulated.ts'
import { describe } from './failure.ts'
import { namesOf, type Result } from './outputs.ts'

/** The job summary, in GitHub's Markdown. Pure: the same result gives the same text. */
export function summaryOf(result: Result): string {
  const { plan, checked, built, verified, smoked, gated, exported, published, images } = result
  const names = published
    ? tableOfTags(published.tags)
    : namesOf(result).map((reference) => `- ${codeSpan(showReference(reference))}`)
  const { natives } = plan.engine.traits
  // The classic image store calls an image by its configuration.
  const hasOwnForm = built.content?.forVerification === true
  const rows = images.map((image) => {
    const platform = formatPlatform(image.platform)
    const steps = stepsOf(built.steps, platform, images.length === 1)
    const how = describeRuns(natives, platform, steps)
    const checks = verified.find((one) => one.platform === platform)
    return `| ${codeCell(platform)} | ${codeCell(hasOwnForm ? image.config.digest : image.manifest.digest)} | ${formatBytes(image.size)} | ${describeSteps(steps)} | ${how} | ${describeVerified(checks)} |`
  })
  const table =
    rows.length === 0
      ? []
      : [
          '| Platform | Digest | Size | Steps | Execution | Verified |',
          '| --- | --- | --- | --- | --- | --- |',
          ...rows,
          '',
        ]
  const [first] = plan.references
  const hits = describeCacheHits(built.steps)
  return [
    `### ${titleOf(plan, published)}${first ? ` ${codeSpan(showRepository(first))}` : ''}`,
    '',
    ...(published && published.repositories.length > 0 ? [`Digest ${codeSpan(published.digest)}`, ''] : []),
    ...(names.length > 0 ? [...names, ''] : []),
    ...table,
    ...exported.outputs.map(({ kind, dest }) => `- Written: ${codeSpan(dest)} (${kind})`),
    ...(exported.outputs.length > 0 ? [''] : []),
    ...smokeSection(smoked),
    ...gateSection(gated?.results ?? []),
    ...(checked.reading
      ? summariseEmulation(emulatedRuns(built.steps, checked.reading, natives), checked.reading.dockerfile.file)
      : []),
    ...(usesCache(plan) && hits !== undefined ? [hits, ''] : []),
    ...tableOfLabels(plan.build.labels),
    `Engine: ${plan.engine.name} (${codeSpan(plan.engine.because)})`,
    ...describeMethod(plan),
    '',
  ].join('\n')
}

function titleOf({ load }: Plan, published: Published | undefined): string {
  if (published) return published.error ? 'Partly published:' : 'Published'
  return load ? 'Loaded' : 'Built'
}

function tableOfTags(tags: readonly TagResult[]): readonly string[] {
  const rows = tags.map((tag) => `| ${codeCell(showReference(tag.reference))} | ${describeTag(tag)} |`)
  return ['| Tag | Result |', '| --- | --- |', ...rows]
}

/** Folded, since it is long; the time of creation is one of them. More than a person reads is left out. */
function tableOfLabels(labels: Plan['build']['labels']): readonly string[] {
  const all = Object.entries(labels)
  if (all.length === 0) return []
  const rows = all.slice(0, mostLabels).map(([key, value]) => `| ${codeCell(key)} | ${codeCell(value)} |`)
  const more = all.length > mostLabels ? [`${all.length - mostLabels} more in the output \`labels\``, ''] : []
  const title = `<details><summary>Labels (${all.length})</summary>`
  return [title, '', '| Label | Value |', '| --- | --- |', ...rows, '', ...more, '</details>', '']
}

const mostLabels = 50

function describeTag(tag: TagResult): string {
  switch (tag.outcome) {
    case 'written':
      return 'written'
    case 'unchanged':
      return 'already up to date'
    case 'skipped':
      return `skipped: already exists with digest ${codeCell(tag.digest)}`
    case 'held back':
      return 'not updated because an earlier push failed'
    case 'failed':
      return `failed: ${describe(tag.error).split('\n').map(codeCell).filter(Boolean).join('<br>')}`
  }
}

function stepsOf(steps: readonly Step[], platform: string, only: boolean): readonly Step[] {
  return steps.filter((step) => step.platform === platform || (only && step.platform === undefined))
}

function describeSteps(steps: readonly Step[]): string {
  if (steps.length === 0) return ''
  const cached = steps.filter((step) => step.cached).length
  const seconds = steps.reduce((sum, step) => sum + (step.cached ? 0 : step.milliseconds), 0) / 1000
  return `${steps.length} (${cached} cached), ${seconds.toFixed(1)} s`
}

function describeVerified(checks: Verified | undefined): string {
  if (checks === undefined) return 'no'
  const { programs, problems } = checks
  if (problems.length > 0) return problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return `OK (${programs === 0 ? 'no binaries' : programs === 1 ? '1 binary' : `${programs} binaries`})`
}

/** Whether the commands of a platform's steps ran on its own kind of machine. */
function describeRuns(natives: readonly string[], platform: string, steps: readonly Step[]): string {
  // A step that is built for one platform on another, `[linux/amd64->linux/arm64 …]`, runs on the first.
  if (!steps.some(({ name }) => /\] RUN /.test(name) && !name.includes('->'))) return 'no RUN steps'
  if (natives.length === 0) return "on the builder's nodes"
  return natives.some((native) => runsNatively(parsePlatform(platform), parsePlatform(native))) ? 'native' : 'emulated'
}

function describeMethod({ engine }: Plan): readonly string[] {
  if (engine.method === undefined) return []
  return ['', `Export method: ${engine.method.name} (${codeSpan(engine.method.because)})`]
}
