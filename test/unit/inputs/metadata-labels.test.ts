import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import { readAbout } from '../../../src/facts/about-repository.ts'
import { readEvent } from '../../../src/facts/event.ts'
import { loadLibraries } from '../../../src/inputs/expressions.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { fillValues } from '../../../src/inputs/value-expressions.ts'
import { hasLevel } from '../../../src/oci/annotations.ts'
import { planLabels } from '../../../src/plan/labels.ts'
import { planTags } from '../../../src/plan/tags.ts'
import { decided, decidedLabels } from './metadata-differences.ts'

// The labels and annotations that docker/metadata-action 6.2 created in the cases of tags.jsonl. Most cases have the eight default ones;
// labels.jsonl contains the others.
type Case = {
  readonly id: string
  readonly event: { readonly name: string; readonly ref: string; readonly sha: string; readonly payload: unknown }
  readonly env?: Readonly<Record<string, string>>
  readonly now?: string
  readonly inputs: Readonly<Record<string, string>>
  readonly expect: { readonly version?: string; readonly error?: string }
}
type Labels = Pick<Case, 'id' | 'inputs'> & {
  readonly repo?: Readonly<Record<string, unknown>>
  readonly labels: readonly string[]
  readonly annotations: readonly string[]
}

function linesOf<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(`../../golden/metadata/${name}`, import.meta.url), 'utf8')
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]))
}

const cases = linesOf<Case>('tags.jsonl').filter((one) => one.expect.error === undefined)
const special = new Map(linesOf<Labels>('labels.jsonl').map((one) => [one.id, one]))
const libraries = await loadLibraries('{{date}} pep440')
const prefix = 'org.opencontainers.image.'
const repository = { description: 'An app, with a "quote"', license: { spdx_id: 'MIT' } }

function defaultsOf({ event, expect: { version = '' } }: Case): readonly string[] {
  const url = 'https://github.com/acme/app'
  return [
    `${prefix}created=<created>`,
    `${prefix}description=${repository.description}`,
    `${prefix}licenses=MIT`,
    `${prefix}revision=${event.sha}`,
    `${prefix}source=${url}`,
    `${prefix}title=app`,
    `${prefix}url=${url}`,
    `${prefix}version=${version}`,
  ]
}

const pairsOf = (pairs: Readonly<Record<string, string>>) =>
  Object.entries(pairs).map(([key, value]) => `${key}=${value}`)

/** The labels of Polyarch: undefined if the inputs are an error. */
function ours({ id, event: { name, ref, sha, payload }, env = {}, now, inputs: given }: Case) {
  const variables = { GITHUB_EVENT_NAME: name, GITHUB_REF: ref, GITHUB_SHA: sha, GITHUB_REPOSITORY: 'acme/app', ...env }
  const read = readEvent(variables, payload)
  const event = read.commitDate === undefined ? { ...read, commitDate: '2026-02-03T04:05:06Z' } : read
  const own = special.get(id)
  const texts: Readonly<Record<string, string>> = { ...given, ...own?.inputs }
  const created = new Date('2026-01-02T03:04:05Z')
  try {
    const annotationLevels = env['DOCKER_METADATA_ANNOTATIONS_LEVELS']
    const options = { event, libraries, now: new Date(now ?? '2026-03-04T05:06:07Z'), annotationLevels }
    const { inputs } = parseInputs((input) => texts[input] ?? '', [], options)
    const { version } = planTags(inputs, event)
    const { description, license } = readAbout({ ...repository, ...own?.repo })
    const url = 'https://github.com/acme/app'
    const origin = { title: 'app', url, description, license, revision: event.headSha ?? sha, created, problems: [] }
    const planned = planLabels(fillValues(inputs, { version, created: created.toISOString() }), origin, version)
    const shown = (lines: readonly string[]) => lines.map((line) => line.replace(created.toISOString(), '<created>'))
    const annotations = pairsOf(planned.annotations).map((one) => (hasLevel(one) ? one : `manifest:${one}`))
    return { version, labels: shown(pairsOf(planned.labels)), annotations: shown(annotations) }
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    return undefined
  }
}

const isVersion = (line: string) => line.includes(`${prefix}version=`)
/** Without the version, which differs if the tags intentionally differ, and in any order. */
const compared = (lines: readonly string[], withVersion: boolean) =>
  lines.filter((line) => withVersion || !isVersion(line)).toSorted()

/** `same`, `error`, or the difference. */
function outcomeOf(one: Case): string {
  const found = ours(one)
  if (found === undefined) return 'error'
  const defaults = defaultsOf(one)
  const theirs = special.get(one.id) ?? { labels: defaults, annotations: defaults.map((line) => `manifest:${line}`) }
  const withVersion = found.version === (one.expect.version ?? '')
  const differing = (['labels', 'annotations'] as const).filter(
    (name) => compared(found[name], withVersion).join('\n') !== compared(theirs[name], withVersion).join('\n'),
  )
  return differing.join(' and ') || 'same'
}

test.each(cases)(
  'labels and annotations of metadata-action case $id are the same, or an intended difference',
  (one) => {
    const ofTags = decided[one.id]?.ours === 'error' ? 'error' : 'same'
    expect(outcomeOf(one)).toBe(decidedLabels[one.id]?.in ?? ofTags)
  },
)

test('docs/migrating.md has the number of equal cases', () => {
  const docs = readFileSync(new URL('../../../docs/migrating.md', import.meta.url), 'utf8')
  const all = linesOf<Case>('tags.jsonl')
  const same = all.length - Object.keys(decided).length
  expect(docs).toContain(`Of ${all.length} recorded cases ${same} give the same tags and version.`)
  const outcomes = cases.map(outcomeOf)
  const sameLabels = outcomes.filter((outcome) => outcome === 'same').length
  const made = outcomes.filter((outcome) => outcome !== 'error').length
  expect(docs).toContain(`Of ${made} that make labels in both, ${sameLabels} give the same labels and annotations.`)
})
