import { describe, expect, it } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import { givenInputs, parseInputs } from '../../../src/inputs/parse.ts'
import { type InputName, inputRows } from '../../../src/inputs/schema.ts'
import { formatPlatform } from '../../../src/oci/platform.ts'
import { formatRepository } from '../../../src/oci/reference.ts'

type With = { readonly [N in InputName]?: string }

/** As a runner passes them: with the defaults of action.yml. */
const parse = (given: With) => {
  const rows: Readonly<Record<string, { readonly default: string }>> = inputRows
  const texts: Readonly<Record<string, string | undefined>> = { 'github-token': '', ...given }
  return parseInputs((name) => texts[name] ?? rows[name]?.default ?? '', givenInputs({}))
}

function problems(given: With): string {
  try {
    parse(given)
    return ''
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    return thrown.message
  }
}

const hex = (digit: string) => `sha256:${digit.repeat(64)}`
const [a, b] = [hex('a'), hex('b')]

describe('mode', () => {
  it('is an error with the nearest name if it is not known', () => {
    expect(problems({ mode: 'promot' })).toContain(
      'mode: expected one of build, plan, merge, promote, found "promot"; did you mean promote?',
    )
  })

  it.each<{ name: string; given: With; expected: string }>([
    {
      name: 'digests without merge',
      given: { digests: a },
      expected: 'digests: requires mode: merge, found mode: build',
    },
    { name: 'merge without digests', given: { mode: 'merge' }, expected: 'digests: is required with mode: merge' },
    { name: 'promote without from', given: { mode: 'promote' }, expected: 'from: is required with mode: promote' },
    {
      name: 'from with plan',
      given: { mode: 'plan', from: 'a/b:1' },
      expected: 'from: requires mode: promote, found mode: plan',
    },
    {
      name: 'runners with build',
      given: { runners: '*=x' },
      expected: 'runners: requires mode: plan, found mode: build',
    },
    {
      name: 'annotations with promote',
      given: { mode: 'promote', from: 'a/b:1', annotations: 'a=b' },
      expected: 'annotations: mode: promote keeps the digest, so it cannot add annotations',
    },
    {
      name: 'call with plan',
      given: { mode: 'plan', call: 'check' },
      expected: 'call: cannot be given together with mode: plan',
    },
    {
      name: 'an annotation of manifests with merge',
      given: { mode: 'merge', digests: a, annotations: 'index:a=b\nmanifest[linux/amd64]:c=d' },
      expected:
        'annotations, line 2: mode: merge does not change manifests, found "manifest[linux/amd64]:c"; use the level index: or manifest-descriptor:',
    },
    {
      name: 'a push without a name',
      given: { mode: 'promote', from: 'ghcr.io/a/b:1', push: 'true' },
      expected: 'push: there is no image name to push to: set images',
    },
  ])('rejects $name', ({ given, expected }) => {
    expect(problems(given)).toContain(expected)
  })

  it('ignores the inputs of a build with one notice, and does not validate them', () => {
    const { inputs, notices } = parse({
      mode: 'merge',
      digests: a,
      file: 'Dockerfile',
      labels: 'a=b',
      'cache-to': 'type=nonsense',
      secrets: 'a=b',
    })
    expect(notices).toEqual([
      'mode: merge ignores file, secrets, labels and cache-to: the labels of existing images cannot be changed',
    ])
    expect([inputs.file, inputs.labels, inputs.cacheTo, inputs.secrets]).toEqual([undefined, {}, [], []])
  })

  it('selects no engine and loads nothing by default', () => {
    for (const given of [{ mode: 'plan' }, { mode: 'merge', digests: a }, { mode: 'promote', from: 'a/b' }] as const) {
      const { inputs } = parse({ ...given, engine: 'kubernetes' })
      expect([inputs.engine, inputs.driver, inputs.load]).toEqual(['embedded', undefined, false])
    }
  })

  it.each([
    { levels: '', expected: ['index'], defaults: false },
    { levels: 'manifest', expected: ['index'], defaults: false },
    { levels: 'manifest,index,manifest-descriptor', expected: ['index', 'manifest-descriptor'], defaults: true },
  ])('adds annotations to $expected with the levels "$levels"', ({ levels, expected, defaults }) => {
    const texts: With = { mode: 'merge', digests: a, annotations: 'a=b' }
    const { inputs } = parseInputs((name) => texts[name] ?? '', [], { annotationLevels: levels })
    expect([inputs.annotationLevels, inputs.defaultLabels]).toEqual([expected, defaults])
  })

  it('has no platforms for existing images, unless they are set', () => {
    const platforms = (given: With) => parse(given).inputs.platforms.map(formatPlatform)
    expect(platforms({})).toEqual(['linux/amd64'])
    expect(platforms({ mode: 'plan' })).toEqual(['linux/amd64'])
    expect(platforms({ mode: 'merge', digests: a })).toEqual([])
    expect(platforms({ mode: 'merge', digests: a, platforms: 'linux/amd64' })).toEqual(['linux/amd64'])
    expect(platforms({ mode: 'promote', from: 'a/b' })).toEqual([])
  })
})

describe('digests', () => {
  const read = (digests: string, more: With = {}) =>
    parse({ mode: 'merge', digests, ...more }).inputs.digests.map(({ digest, platform, repository }) =>
      [digest.slice(7, 8), platform && formatPlatform(platform), repository && formatRepository(repository)].filter(
        Boolean,
      ),
    )

  it.each<{ name: string; text: string; expected: readonly (readonly string[])[] }>([
    { name: 'lines and commas', text: `${a},${b}\n# comment\n\n ${hex('c')} `, expected: [['a'], ['b'], ['c']] },
    {
      name: 'platforms',
      text: `linux/amd64=${a}\narm64 = ${b}`,
      expected: [
        ['a', 'linux/amd64'],
        ['b', 'linux/arm64'],
      ],
    },
    {
      name: 'references',
      text: `ghcr.io/acme/app@${a}\nlinux/arm64=ghcr.io/acme/app:1.2@${b}`,
      expected: [
        ['a', 'ghcr.io/acme/app'],
        ['b', 'linux/arm64', 'ghcr.io/acme/app'],
      ],
    },
    {
      name: 'a JSON object',
      text: `{\n"linux/amd64": "${a}",\n"linux/arm64": "${b}"\n}`,
      expected: [
        ['a', 'linux/amd64'],
        ['b', 'linux/arm64'],
      ],
    },
    {
      name: 'several JSON objects',
      text: `{"linux/amd64":"${a}"}\n{"linux/arm64":"${b}"}\n\n${hex('c')}`,
      expected: [['a', 'linux/amd64'], ['b', 'linux/arm64'], ['c']],
    },
    { name: 'an empty object and the same digest twice', text: `{}\n${a}\n${a}`, expected: [['a']] },
  ])('reads $name', ({ text, expected }) => {
    expect(read(text)).toEqual(expected)
  })

  it('rejects more entries than an index can have', () => {
    const text = Array.from({ length: 4097 }, (_, at) => `sha256:${String(at).padStart(64, '0')}`).join('\n')
    expect(problems({ mode: 'merge', digests: text })).toContain('digests, line 4097: it has more than 4096 entries')
  })

  it('completes names with the input registry', () => {
    expect(read(`app@${a}`, { registry: 'ghcr.io/acme' })).toEqual([['a', 'ghcr.io/acme/app']])
  })

  it.each([
    {
      text: 'ghcr.io/acme/app:1.2',
      expected:
        'digests, line 1: expected a digest, sha256: and 64 hex digits, found "ghcr.io/acme/app:1.2"; a reference must have a digest: name@sha256:…',
    },
    {
      text: `${a}\nsha256:123`,
      expected: 'digests, line 2: expected a digest, sha256: and 64 hex digits, found "sha256:123"',
    },
    {
      text: `linux/amr64=${a}`,
      expected:
        'digests, line 1: "linux/amr64" is not a platform: the architecture "amr64" is not known. Did you mean linux/arm64?',
    },
    {
      text: `ghcr.io/acme/app@sha256:1`,
      expected:
        'digests, line 1: Invalid image reference "ghcr.io/acme/app@sha256:1": the digest "sha256:1" is not valid',
    },
    { text: '{}\n{}', expected: 'digests: names no image: the output digests of a job that pushed nothing is {}' },
    {
      text: 'latest\n{"linux/amd64":1}',
      expected:
        'digests, line 1: expected a digest, sha256: and 64 hex digits, found "latest"\ndigests, line 2: expected a digest for',
    },
    { text: `{"linux/amd64":1}`, expected: 'digests, line 1: expected a digest for "linux/amd64", found "1"' },
    { text: `${a}\n{"linux/amd64":`, expected: 'digests, line 2: expected a JSON object from platform to digest' },
    {
      text: `{"linux/amd64":`,
      expected: 'digests, line 1: expected a JSON object from platform to digest, as in the output digests',
    },
  ])('rejects $text, and names the line', ({ text, expected }) => {
    expect(problems({ mode: 'merge', digests: text })).toContain(expected)
  })
})

describe('runners', () => {
  it.each([
    { text: 'linux/arm64', expected: 'runners, line 1: expected platform=label, found "linux/arm64"' },
    { text: '*=x\nlinux/arm64=', expected: 'runners, line 2: expected a runner label after "linux/arm64=", found ""' },
    {
      text: 'linux/arm64=a++b',
      expected: 'runners, line 1: expected a runner label after "linux/arm64=", found "a++b"',
    },
    { text: '=x', expected: 'runners, line 1: expected a platform before "=", found "=x"' },
    { text: 'linux/*64=a', expected: 'runners, line 1: expected * only at the end of a platform, found "linux/*64"' },
    { text: 'linux/amr64=a', expected: 'Did you mean linux/arm64?' },
    { text: 'arm64=a\naarch64=b', expected: 'runners, line 2: there are two lines for linux/arm64' },
    { text: `*=${'x'.repeat(257)}`, expected: 'runners, line 1: expected a label of at most 256 characters' },
  ])('rejects $text', ({ text, expected }) => {
    expect(problems({ mode: 'plan', runners: text })).toContain(expected)
  })
})
