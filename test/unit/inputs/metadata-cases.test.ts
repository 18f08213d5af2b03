import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import { readEvent } from '../../../src/facts/event.ts'
import { loadLibraries } from '../../../src/inputs/expressions.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { showReference } from '../../../src/oci/reference.ts'
import { planTags } from '../../../src/plan/tags.ts'
import { decided } from './metadata-differences.ts'

// The results of docker/metadata-action 6.2 for events and inputs, recorded with the clock at `now`.
type Case = {
  readonly id: string
  readonly event: { readonly name: string; readonly ref: string; readonly sha: string; readonly payload: unknown }
  readonly env?: Readonly<Record<string, string>>
  readonly now?: string
  readonly inputs: Readonly<Record<string, string>>
  readonly expect: { readonly version?: string; readonly tags?: readonly string[]; readonly error?: string }
}

const cases = readFileSync(new URL('../../golden/metadata/tags.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): Case => JSON.parse(line))

const libraries = await loadLibraries('{{date}} pep440')

/** `error`, or the version and the references in any order. Polyarch lists references in the order of writing. */
function outcomeOf({ event: { name, ref, sha, payload }, env = {}, now, inputs }: Case): string {
  const variables = { GITHUB_EVENT_NAME: name, GITHUB_REF: ref, GITHUB_SHA: sha, GITHUB_REPOSITORY: 'acme/app', ...env }
  const read = readEvent(variables, payload)
  // The answers of GitHub's API for commits whose date the payload does not contain.
  const event = read.commitDate === undefined ? { ...read, commitDate: '2026-02-03T04:05:06Z' } : read
  try {
    const options = { event, libraries, now: new Date(now ?? '2026-03-04T05:06:07Z') }
    const planned = planTags(parseInputs((input) => inputs[input] ?? '', [], options).inputs, event)
    return show(planned.version, planned.references.map(showReference))
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    return 'error'
  }
}

function show(version = '', tags: readonly string[] = []): string {
  return [`version ${version}`, ...tags].join('\n')
}

test.each(cases)('metadata-action case $id is the same, or an intended difference', (one) => {
  const theirs = one.expect.error === undefined ? show(one.expect.version, one.expect.tags) : 'error'
  const ours = outcomeOf(one)
  const difference = decided[one.id]
  expect(ours).toBe(difference === undefined ? theirs : difference.ours)
  // A difference that no longer exists is removed from the table.
  if (difference !== undefined) expect(ours).not.toBe(theirs)
})

test('every intended difference belongs to a case', () => {
  const ids = new Set(cases.map(({ id }) => id))
  expect(Object.keys(decided).filter((id) => !ids.has(id))).toEqual([])
})
