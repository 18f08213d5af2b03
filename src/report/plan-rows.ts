import { cacheModeOf } from '../engine/buildkit/cache-mode.ts'
import type { PlatformSettings } from '../inputs/inputs.ts'
import { formatPlatform, platformEquals } from '../oci/platform.ts'
import { showReference } from '../oci/reference.ts'
import type { Platform } from '../oci/types.ts'
import type { Plan } from '../plan/plan.ts'
import type { Checked } from '../preflight/preflight.ts'
import { formatDuration } from '../text/duration.ts'
import { codeCell } from '../text/markdown.ts'

/** A property of the plan, for a tag with the reason. */
export type PlanRow = { readonly what: string; readonly values: readonly string[] }

/**
 * Returns the plan and the findings of preflight as rows for users. Of build arguments and test commands only the names
 * are included, of secrets the IDs. `context` describes the files of the context.
 */
export function planRows(
  plan: Plan,
  { reading, bases, emulations }: Checked,
  { context }: { readonly context?: string | undefined } = {},
): readonly PlanRow[] {
  const { engine, build, tags, push, load, outputs, smokeTest, beforeTags, logins, timeout } = plan
  const foreign = emulations.flatMap((one) => one.foreign.map(({ platform }) => formatPlatform(platform)))
  const missing = emulations.flatMap((one) => one.missing.map(({ platform }) => formatPlatform(platform)))
  const emulated = [...new Set(foreign)].map(
    (platform) => `${platform}${missing.includes(platform) ? ', not found; would be set up if possible' : ''}`,
  )
  const images = bases.map(({ reference, platform }) => `${reference} (${formatPlatform(platform)})`)
  const gate = beforeTags?.commands.map(({ words: [program = ''] }) => program) ?? []
  const isBuild = plan.mode === 'build'
  const rows: readonly PlanRow[] = [
    { what: 'Mode', values: isBuild ? [] : [plan.mode] },
    { what: 'Engine', values: isBuild ? [`${engine.name} (${engine.because})`] : [] },
    { what: 'Call', values: plan.call === 'build' ? [] : [plan.call] },
    { what: 'Export method', values: engine.method ? [`${engine.method.name} (${engine.method.because})`] : [] },
    { what: 'Platforms', values: build.platforms.map((platform) => describePlatform(platform, plan)) },
    { what: 'Other jobs build', values: plan.leg ? others(plan.leg, build).map(formatPlatform) : [] },
    { what: 'Ledger', values: plan.leg ? [`${plan.leg.ledger.kind} (${plan.leg.ledger.because})`] : [] },
    { what: 'Nodes', values: engine.nodes ?? [] },
    { what: 'Context', values: isBuild ? [`${build.context}${context === undefined ? '' : ` (${context})`}`] : [] },
    { what: 'Dockerfile', values: isBuild ? [fileOf(build)] : [] },
    { what: 'Target', values: build.target === undefined ? [] : [build.target] },
    { what: 'Per platform', values: build.perPlatform.map(describeSettings) },
    { what: 'Base images', values: [...new Set(images)] },
    { what: 'Emulation', values: emulated },
    { what: 'Build arguments', values: Object.keys(build.buildArgs) },
    { what: 'Build secrets', values: build.secrets.map(({ id }) => id) },
    { what: 'Cache from', values: build.cacheFrom.map(describeCache) },
    { what: 'Cache to', values: build.cacheTo.map((target) => describeTarget(target, reading)) },
    { what: 'Verify', values: [plan.verify] },
    { what: 'Smoke test', values: smokeTest ? [`on ${smokeTest.containers.title}`] : [] },
    { what: 'Before tags', values: gate },
    { what: 'Push', values: [String(push)] },
    { what: 'Load', values: [String(load)] },
    { what: 'Outputs', values: outputs.map(({ kind, dest }) => `${dest} (${kind})`) },
    {
      what: 'Tags',
      values: tags.map(
        ({ reference, moves, because }) => `${showReference(reference)} (${moves ? 'moving' : 'fixed'}: ${because})`,
      ),
    },
    { what: 'If a fixed tag exists', values: push ? [plan.ifExists] : [] },
    { what: 'Labels', values: Object.entries(build.labels).map(([key, value]) => `${key}=${value}`) },
    { what: 'Annotations', values: Object.entries(build.annotations).map(([key, value]) => `${key}=${value}`) },
    { what: 'Logins', values: logins.map(({ registry, username }) => `${registry} as ${username}`) },
    { what: 'Time limit', values: timeout === undefined ? [] : [formatDuration(timeout)] },
  ]
  return rows.filter(({ values }) => values.length > 0)
}

function describeSettings({ platform, file, target, buildArgs }: PlatformSettings): string {
  const settings = [
    ...(file === undefined ? [] : [`file ${file}`]),
    ...(target === undefined ? [] : [`target ${target}`]),
    ...(Object.keys(buildArgs).length === 0 ? [] : [`build arguments ${Object.keys(buildArgs).join(', ')}`]),
  ]
  return `${formatPlatform(platform)}: ${settings.join('; ')}`
}

function describePlatform(platform: Platform, { optionalPlatforms }: Plan): string {
  return `${formatPlatform(platform)}${optionalPlatforms.some((one) => platformEquals(one, platform)) ? ' (optional)' : ''}`
}

function fileOf({ dockerfileInline, file = 'Dockerfile' }: Plan['build']): string {
  return dockerfileInline === undefined ? file : 'inline'
}

function others({ platforms }: NonNullable<Plan['leg']>, { platforms: own }: Plan['build']) {
  return platforms.filter((platform) => !own.some((one) => platformEquals(one, platform)))
}

/** Describes a cache. The attributes of a bucket may be credentials. */
function describeCache({ type, attributes }: Plan['build']['cacheFrom'][number]): string {
  const shown = ['ref', 'src', 'dest', 'scope', 'mode', 'bucket', 'name'].flatMap((key) =>
    attributes[key] === undefined ? [] : [`${key}=${attributes[key]}`],
  )
  return [type, ...shown].join(' ')
}

/** Describes a cache destination with its mode, and the reason for the mode if this step selected it. */
function describeTarget(target: Plan['build']['cacheTo'][number], reading: Checked['reading']): string {
  const { mode, because } = cacheModeOf(target, reading)
  return because === undefined ? describeCache(target) : `${describeCache(target)} mode=${mode} (${because})`
}

/** Formats the rows as lines of a table for the log, one value per line. */
export function planLines(rows: readonly PlanRow[]): readonly string[] {
  const width = Math.max(...rows.map(({ what }) => what.length))
  return rows.flatMap(({ what, values }) =>
    values.map((value, at) => `${(at === 0 ? what : '').padEnd(width)}  ${value}`),
  )
}

/** Renders the rows as the job summary of a dry run, in GitHub's Markdown. */
export function planSection(rows: readonly PlanRow[]): string {
  const cells = rows.map(({ what, values }) => `| ${what} | ${values.map(codeCell).filter(Boolean).join('<br>')} |`)
  return ['### Dry run: nothing was built', '', '| | Plan |', '| --- | --- |', ...cells, ''].join('\n')
}
