import type { Step } from '../engine/built.ts'
import { gateSection } from '../gate/gate-section.ts'
import type { Omitted } from '../modes/optional-platforms.ts'
import type { Image } from '../oci/image-tree.ts'
import { formatPlatform, parsePlatform, runsNatively } from '../oci/platform.ts'
import { showReference, showRepository } from '../oci/reference.ts'
import type { Plan } from '../plan/plan.ts'
import { isThisImage, type TagResult } from '../publish/write-tags.ts'
import { smokeSection } from '../smoke-test/result.ts'
import { formatBytes } from '../text/bytes.ts'
import { formatSeconds } from '../text/duration.ts'
import { codeBlock, codeCell, codeSpan } from '../text/markdown.ts'
import type { Verified } from '../verify/verify.ts'
import { cacheShare, describeCacheHits, usesCache } from './cache-hits.ts'
import { emulatedRuns, summarizeEmulation } from './emulated.ts'
import { describe } from './failure.ts'
import { namesOf, type Result } from './outputs.ts'
import { type SlowStep, slowSection, slowSteps } from './slow-steps.ts'
import { ganttOf, lengthOf, timelineOf, totalSpan } from './timeline.ts'

/** Renders the job summary in GitHub's Markdown. Pure: the same result gives the same text. */
export function summaryOf(result: Result, slow: readonly SlowStep[] = slowSteps(result)): string {
  const { plan, checked, built, smoked, gated, exported, published } = result
  const names = published
    ? tableOfTags(published.tags)
    : namesOf(result).map((reference) => `- ${codeSpan(showReference(reference))}`)
  const { natives } = plan.engine.traits
  const [first] = plan.references
  const hits = describeCacheHits(built.steps)
  return [
    `### ${titleOf(result)}${first ? ` ${codeSpan(showRepository(first))}` : ''}`,
    '',
    ...(published && published.repositories.length > 0 ? [`Digest ${codeSpan(published.digest)}`, ''] : []),
    ...(names.length > 0 ? [...names, ''] : []),
    ...describeLeg(result),
    ...commandsFor(result),
    ...tableOfPlatforms(result),
    ...problemsSection(result),
    ...nodesSection(built.nodes ?? []),
    ...omittedSection(result.omitted),
    ...exported.outputs.map(({ kind, dest }) => `- Written: ${codeSpan(dest)} (${kind})`),
    ...(exported.outputs.length > 0 ? [''] : []),
    ...slowSection(slow, built.contextAdvice),
    ...timelineSection(result),
    ...(checked.reading
      ? summarizeEmulation(
          emulatedRuns(built.steps, checked.reading, natives),
          checked.reading.dockerfile.file,
          !slow.some(({ kind }) => kind === 'emulation'),
        )
      : []),
    ...smokeSection(smoked),
    ...gateSection(gated?.results ?? []),
    ...(usesCache(plan) && hits !== undefined ? [hits, ''] : []),
    ...tableOfLabels(plan.build.labels),
    plan.mode === 'build' ? `Engine: ${plan.engine.name} (${codeSpan(plan.engine.because)})` : `Mode: ${plan.mode}`,
    ...describeMethod(plan),
    '',
  ].join('\n')
}

/** Describes the part of this job in an image that several jobs build. */
function describeLeg({ plan, leg }: Result): readonly string[] {
  switch (leg?.kind) {
    case undefined:
      return []
    case 'published': {
      const own = plan.build.platforms.map(formatPlatform).map(codeSpan).join(', ')
      return [`This job ${own === '' ? '' : `built ${own} and `}joined the image from the results of all jobs.`, '']
    }
    case 'joined elsewhere':
      return [`Another job joined the image ${codeSpan(leg.digest)} and wrote its tags.`, '']
    case 'waiting': {
      const missing = leg.missing.map(formatPlatform).map(codeSpan).join(', ')
      if (missing === '') return ['The job that completes the image writes the tags, or has already written them.', '']
      return [`No tag is written yet: the job that completes the image writes them. Missing: ${missing}.`, '']
    }
  }
}

/** Returns commands for pulling and inspecting the image. */
function commandsFor({ plan, published }: Result): readonly string[] {
  const tag = published?.tags.find(isThisImage)
  const [repository] = published?.repositories ?? []
  if (plan.dryRun || published === undefined || repository === undefined) return []
  const name = tag ? showReference(tag.reference) : `${showRepository(repository)}@${published.digest}`
  return codeBlock([
    `docker pull ${name}`,
    `docker buildx imagetools inspect ${name}`,
    `npx polyarch verify ${name}`,
  ]).concat('')
}

/** Renders the node of each platform, if the builder has several. */
function nodesSection(nodes: readonly string[]): readonly string[] {
  if (nodes.length === 0) return []
  return ['Nodes:', '', ...nodes.map((line) => `- ${codeSpan(line)}`), '']
}

/** Renders the optional platforms that failed, with the first line of each error. */
export function omittedSection(omitted: readonly Omitted[]): readonly string[] {
  if (omitted.length === 0) return []
  const lines = omitted.map(({ platform, message }) => {
    const [first = ''] = message.split('\n')
    return `- ${codeSpan(formatPlatform(platform))} is optional and is not in the image: ${codeSpan(first)}`
  })
  return [...lines, '']
}

function tableOfPlatforms(result: Result): readonly string[] {
  const { plan, built, verified, images } = result
  if (images.length === 0) return []
  const { natives } = plan.engine.traits
  const own = plan.build.platforms.map(formatPlatform)
  // The classic image store identifies an image by its configuration.
  const digestOf = ({ config, manifest }: Image) => (built.content?.forVerification ? config : manifest).digest
  const rows = images.map((image) => {
    const platform = formatPlatform(image.platform)
    const steps = stepsOf(built.steps, platform, images.length === 1)
    const [id, size] = [codeCell(shortDigest(digestOf(image))), unbroken(formatBytes(image.size))]
    if (result.leg && !own.includes(platform)) {
      return [codeCell(platform), id, size, '', '', 'in another job', '', 'in another job']
    }
    const cells = [
      codeCell(platform),
      id,
      size,
      describeLayers(image, result),
      unbroken(describeTime(steps)),
      plan.mode === 'build' ? describeRuns(natives, platform, steps) : '',
      ['images', 'none'].includes(plan.engine.traits.caches) ? '' : (cacheShare(steps) ?? ''),
      describeVerified(verified.find((one) => one.platform === platform)),
    ]
    return cells
  })
  // Nothing is known of some columns: an engine without a cache has no cached steps.
  const known = platformColumns.map((_, at) => rows.some((cells) => cells[at] !== ''))
  const line = (cells: readonly string[]) => `| ${cells.filter((_, at) => known[at]).join(' | ')} |`
  return [
    ...[platformColumns, platformColumns.map(() => '---'), ...rows].map(line),
    '',
    '<details><summary>Digests of the platforms</summary>',
    '',
    ...codeBlock(images.map((image) => `${formatPlatform(image.platform)} ${digestOf(image)}`)),
    '',
    '</details>',
    '',
  ]
}

/** Maximum number of problems of the verification that are listed. */
const mostProblems = 20

/** Renders what the verification found, with `verify: warn`. */
function problemsSection({ verified }: Result): readonly string[] {
  const all = verified.flatMap(({ problems }) => problems)
  if (all.length === 0) return []
  const lines = all.slice(0, mostProblems).map(({ message }) => `- ${codeSpan(message)}`)
  const left = all.length - mostProblems
  return ['#### Problems', '', ...lines, ...(left > 0 ? [`- ${left} more in the log`] : []), '']
}

const platformColumns = ['Platform', 'Digest', 'Size', 'Layers', 'Time', 'Execution', 'Cached steps', 'Verified']

/** Keeps a number and its unit on one line of the cell. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0')
}

/** Shortens a digest to as many digits as Docker shows. */
function shortDigest(digest: string): string {
  return digest.replace(/^sha256:(.{12}).*$/s, '$1')
}

/**
 * Describes the layers that this build created, and those of base images or of the previously published image; empty if
 * not known.
 */
function describeLayers({ layers }: Image, { built: { content }, checked: { bases } }: Result): string {
  if (content === undefined || content.forVerification) return ''
  const reused = new Set<string>([
    ...(content.inherited?.keys() ?? []),
    ...bases.flatMap(({ image }) => image.manifest.layers.map(({ digest }) => digest)),
  ])
  const old = layers.filter(({ digest }) => reused.has(digest)).length
  return `${layers.length - old} new, ${old} reused`
}

function describeTime(steps: readonly Step[]): string {
  const total = totalSpan(steps)
  if (total !== undefined) return formatSeconds(lengthOf(total))
  const executed = steps.filter(({ cached }) => !cached)
  return executed.length === 0 ? '' : formatSeconds(executed.reduce((sum, { milliseconds }) => sum + milliseconds, 0))
}

function timelineSection({ plan, checked: { reading }, built, images }: Result): readonly string[] {
  const { natives } = plan.engine.traits
  const [first] = images
  const timeline = timelineOf(built.steps, {
    only: images.length === 1 && first ? formatPlatform(first.platform) : undefined,
    isEmulated: (step) => reading !== undefined && emulatedRuns([step], reading, natives).length > 0,
  })
  if (timeline === undefined) return []
  const { total, bars, left } = timeline
  const shown = left === 0 ? '' : `, the ${bars.length} longest of ${bars.length + left} steps`
  return [
    // Open, because a hidden diagram is rendered without a width.
    `<details open><summary>Timeline: ${formatSeconds(lengthOf(total))}${shown}</summary>`,
    '',
    '```mermaid',
    ...ganttOf(timeline),
    '```',
    '',
    '</details>',
    '',
  ]
}

function titleOf({ plan: { load, isPart, build }, published, leg, omitted }: Result): string {
  if (isPart && build.platforms.length === 0 && published === undefined)
    return `Omitted ${omitted.map(({ platform }) => formatPlatform(platform)).join(', ')} of`
  if (leg && published === undefined)
    return `Pushed ${leg.images.map(({ platform }) => formatPlatform(platform)).join(', ')} of`
  if (published) return published.error ? 'Partly published:' : 'Published'
  return load ? 'Loaded' : 'Built'
}

/** Maximum number of tags that are not collapsed. */
const mostOpenTags = 10

/** Renders the tags with their results. Many of them are collapsed, except for those that are not this image. */
function tableOfTags(all: readonly TagResult[]): readonly string[] {
  const others = all.filter((tag) => !isThisImage(tag))
  const [own, count] = [all.length - others.length, `${all.length} tags`]
  if (all.length <= mostOpenTags) return rowsOfTags(all)
  const title = others.length === 0 ? count : `${count}, ${own} of them are this image`
  return [
    ...(others.length === 0 ? [] : [...rowsOfTags(others.slice(0, mostOpenTags)), '']),
    `<details><summary>${title}</summary>`,
    '',
    ...rowsOfTags(all),
    '',
    '</details>',
  ]
}

function rowsOfTags(tags: readonly TagResult[]): readonly string[] {
  const rows = tags.map((tag) => `| ${codeCell(showReference(tag.reference))} | ${describeTag(tag)} |`)
  return ['| Tag | Result |', '| --- | --- |', ...rows]
}

/** Renders the labels as a collapsed table, which is truncated if it is long. */
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
    case 'not attempted':
      return 'not updated because an earlier push failed'
    case 'failed':
      return `failed: ${describe(tag.error).split('\n').map(codeCell).filter(Boolean).join('<br>')}`
  }
}

function stepsOf(steps: readonly Step[], platform: string, only: boolean): readonly Step[] {
  return steps.filter((step) => step.platform === platform || (only && step.platform === undefined))
}

function describeVerified(checks: Verified | undefined): string {
  if (checks === undefined) return 'no'
  const { programs, problems } = checks
  if (problems.length > 0) return problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return `OK (${programs === 0 ? 'no binaries' : programs === 1 ? '1 binary' : `${programs} binaries`})`
}

/** Describes whether the commands of a platform's steps ran natively. */
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
