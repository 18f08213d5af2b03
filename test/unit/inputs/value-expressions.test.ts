import { describe, expect, test } from 'vitest'
import type { GitEvent } from '../../../src/facts/event.ts'
import { loadLibraries } from '../../../src/inputs/expressions.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { type InputName, inputRows } from '../../../src/inputs/schema.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { factsOf } from '../../support/plan.ts'

const libraries = await loadLibraries("{{date 'Y'}}")
const { event: main } = factsOf()
const event: GitEvent = { ...main, defaultBranch: 'main', commitDate: '2026-01-02T03:04:05Z' }
const created = new Date('2026-01-02T03:04:05Z')
const rows: Readonly<Record<string, { readonly default: string }>> = inputRows

/** The values of the plan for a build of `acme/app` with the tag 1.2.3. */
function planned(given: Partial<Record<InputName, string>>, on: GitEvent = event) {
  const texts: Readonly<Record<string, string>> = { images: 'acme/app', tags: '1.2.3', ...given }
  const options = { event: on, libraries, now: new Date('2026-03-04T05:06:07Z') }
  const { inputs } = parseInputs((name) => texts[name] ?? rows[name]?.default ?? '', [], options)
  return makePlan(inputs, factsOf({ event: on, created })).build
}

describe('expressions in values', () => {
  test.each([
    { value: '{{version}}', is: '1.2.3' },
    { value: 'v{{ version }}-{{sha}}', is: 'v1.2.3-0123456' },
    { value: '{{{branch}}}', is: 'main' },
    { value: '[{{tag}}|{{base_ref}}]', is: '[|]' },
    { value: '{{is_default_branch}} {{is_not_default_branch}}', is: 'true false' },
    { value: '{{created}}', is: '2026-01-02T03:04:05.000Z' },
    { value: "{{date 'YYYY-MM-DD'}} {{date 'HH:mm' tz='Asia/Tokyo'}}", is: '2026-03-04 14:06' },
    { value: "{{commit_date 'X'}}", is: '1767323045' },
    { value: '{{#if tag}}a {{tag}}{{else}}no tag{{/if}}', is: 'no tag' },
    { value: `${'x'.repeat(5000)}{{version}}`, is: `${'x'.repeat(5000)}1.2.3` },
  ])('are replaced: $value', ({ value, is }) => {
    const build = planned({ labels: `l=${value}`, annotations: `a=${value}`, 'build-args': `B=${value}` })
    expect([build.labels['l'], build.annotations['a'], build.buildArgs['B']]).toEqual([is, is, is])
  })

  test.each([
    '{{.Version}}',
    '{{ .Values.image.tag }}-{{ item.name }}',
    '{{ version | upper }}',
    '{{- version -}}',
    '{{if .X}}{{else}}{{end}}',
    '{{range .Items}}x{{end}}',
    '{{/if}} {{#each items}} {{> part}} {{! note }}',
    '{{',
    'a{{b',
    '}}{{}}',
    '\\{{.Version}}',
    '${{ }}',
    '{% if x %}',
  ])('of other template languages are kept unchanged: %s', (value) => {
    expect(planned({ 'build-args': `B=${value}`, labels: `l=${value}` })).toMatchObject({
      buildArgs: { B: value },
      labels: { l: value },
    })
  })

  test('next to those of other languages are replaced', () => {
    const { buildArgs } = planned({ 'build-args': 'B={{.Name}} {{version}} {{ x | y }} {{#if sha}}{{.Z}}{{/if}}' })
    expect(buildArgs['B']).toBe('{{.Name}} 1.2.3 {{ x | y }} {{.Z}}')
  })

  test('keep their text after a backslash', () => {
    expect(planned({ labels: String.raw`l=\{{version}} \{{name}} {{version}}` }).labels['l']).toBe(
      '{{version}} {{name}} 1.2.3',
    )
  })

  test('with an unknown name are errors with their line and the nearest name, without values', () => {
    const given = {
      'build-args': 'A=1\nPASSWORD=hunter2{{vresion}}',
      labels: 'l={{if}}',
      annotations: 'a={{#if brunch}}{{/if}}',
    }
    const error = () => planned(given)
    expect(error).toThrow('build-args, line 2: "PASSWORD": expected an expression of branch')
    expect(error).toThrow('found "{{vresion}}"; did you mean version?')
    expect(error).toThrow('labels, line 1: "l": expected')
    expect(error).toThrow('did you mean branch?')
    expect(error).not.toThrow('hunter2')
  })

  test.each(['{{date}}', "{{date 'Y' tz='Mars/Base'}}", '{{#if tag}}x'])('that are invalid are errors: %s', (value) => {
    expect(() => planned({ 'build-args': `A=hunter2${value}` })).toThrow('build-args, line 1: "A": expected')
    expect(() => planned({ 'build-args': `A=hunter2${value}` })).not.toThrow('hunter2')
  })

  test('see the version after the flavor is applied', () => {
    const given = { tags: 'type=raw,value=1.2', flavor: 'suffix=-alpine', labels: 'l={{version}}' }
    expect(planned(given).labels['l']).toBe('1.2-alpine')
  })

  test('treat the characters of a branch as text', () => {
    const on = { ...event, ref: "refs/heads/it's&a={{sha}}" }
    expect(planned({ labels: 'l={{branch}}', 'build-args': 'B={{branch}}' }, on)).toMatchObject({
      labels: { l: "it's&a={{sha}}" },
      buildArgs: { B: "it's&a={{sha}}" },
    })
  })

  test('ignore a build argument without a value', () => {
    expect(planned({ 'build-args': 'A\nB={{version}}' }).buildArgs).toEqual({ A: null, B: '1.2.3' })
  })
})
