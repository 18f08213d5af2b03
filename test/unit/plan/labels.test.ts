import { describe, expect, test } from 'vitest'
import type { Origin } from '../../../src/facts/origin.ts'
import type { InputName } from '../../../src/inputs/schema.ts'
import { compareKeys, type PlannedLabels, planLabels } from '../../../src/plan/labels.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createRandom } from '../../support/random.ts'

const origin: Origin = {
  title: 'app',
  url: 'https://github.com/acme/app',
  description: 'An app',
  license: 'MIT',
  revision: '0123456789abcdef0123456789abcdef01234567',
  created: new Date('2026-01-02T03:04:05Z'),
  problems: [],
}
const defaults = {
  created: '2026-01-02T03:04:05.000Z',
  description: 'An app',
  licenses: 'MIT',
  revision: '0123456789abcdef0123456789abcdef01234567',
  source: 'https://github.com/acme/app',
  title: 'app',
  url: 'https://github.com/acme/app',
  version: '1.2',
}
const prefix = 'org.opencontainers.image.'

function plan(given: Partial<Record<InputName, string>>, levels?: readonly string[]): PlannedLabels {
  return planLabels({ ...inputsOf({ platforms: 'amd64, arm64', ...given }), annotationLevels: levels }, origin, '1.2')
}

/** The pairs without the long prefix of their keys, in order. */
function shown(pairs: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(pairs).map(([key, value]) => `${key.replace(prefix, '')}=${value}`)
}
const pairsOf = (values: Readonly<Record<string, string>>) => Object.entries(values).map(([k, v]) => `${k}=${v}`)

describe('planLabels()', () => {
  test('creates labels and annotations from all known facts, by key', () => {
    const { labels, annotations, givenAnnotations } = plan({})
    expect(shown(labels)).toEqual(pairsOf(defaults))
    expect(annotations).toEqual(labels)
    expect(givenAnnotations).toEqual({})
  })

  test('creates an empty label for a missing fact, and none for an unknown fact', () => {
    const bare = planLabels(inputsOf(), { ...origin, description: undefined, license: '', revision: '' }, '')
    const { description: _, ...rest } = defaults
    expect(shown(bare.labels)).toEqual(pairsOf({ ...rest, licenses: '', revision: '', version: '' }))
  })

  test('creates none without an origin: the inputs are unchanged', () => {
    const inputs = inputsOf({ labels: `b=1\na=\n${prefix}url=`, annotations: `${prefix}url=` })
    expect(planLabels(inputs, undefined, '1.2')).toEqual({
      labels: { b: '1', a: '', [`${prefix}url`]: '' },
      annotations: { [`${prefix}url`]: '' },
      givenAnnotations: { [`${prefix}url`]: '' },
    })
  })

  test('lets a label of the input override the default, and an empty one remove it', () => {
    const { labels, annotations } = plan({ labels: `${prefix}title=mine\n${prefix}url=\nother=` })
    const { url: _, ...rest } = defaults
    expect(shown(labels)).toEqual([...pairsOf({ ...rest, title: 'mine' }), 'other='])
    expect(shown(annotations)).toEqual(pairsOf(defaults))
  })

  test.each([
    { name: 'without a prefix', annotations: `${prefix}title=mine`, keeps: ['title=mine'] },
    { name: 'of the manifest', annotations: `manifest:${prefix}title=mine`, keeps: ['manifest:title=mine'] },
    { name: 'of several levels', annotations: `index,manifest:${prefix}title=m`, keeps: ['index,manifest:title=m'] },
    { name: 'of the index', annotations: `index:${prefix}title=mine`, keeps: ['title=app', 'index:title=mine'] },
    {
      name: 'of one platform',
      annotations: `manifest[linux/arm64]:${prefix}title=arm`,
      keeps: ['title=app', 'manifest[linux/arm64]:title=arm'],
    },
    { name: 'that is empty', annotations: `${prefix}title=`, keeps: [] },
    { name: 'that is empty, of the manifest', annotations: `manifest:${prefix}title=`, keeps: [] },
    {
      name: 'that is empty for one platform',
      annotations: `manifest[linux/arm64]:${prefix}title=`,
      keeps: ['title=app', 'manifest[linux/arm64]:title='],
    },
  ])('lets an annotation $name override on its own level', ({ annotations, keeps }) => {
    const found = shown(plan({ annotations }).annotations).filter((pair) => pair.includes('title'))
    expect(found).toEqual(keeps)
  })

  test('adds defaults and annotations without a prefix on the levels of the variable', () => {
    const given = { annotations: `k=v\n${prefix}title=mine\nmanifest:${prefix}url=` }
    const { annotations, givenAnnotations } = plan(given, ['index', 'manifest'])
    const { title: _, ...rest } = defaults
    const { url: __, ...withoutUrl } = rest
    const on = (level: string, pairs: typeof rest | typeof withoutUrl) => pairsOf(pairs).map((one) => `${level}:${one}`)
    expect(shown(annotations)).toEqual([
      ...on('index', rest),
      ...on('manifest', withoutUrl as typeof rest),
      'index:k=v',
      'manifest:k=v',
      'index:title=mine',
      'manifest:title=mine',
    ])
    expect(Object.keys(givenAnnotations)).toHaveLength(4)
  })

  test('keeps the order of annotations of which the later applies', () => {
    const { annotations } = plan({ annotations: 'z=1\nmanifest:z=2\na=3' })
    expect(shown(annotations).slice(-3)).toEqual(['z=1', 'manifest:z=2', 'a=3'])
  })
})

test('makePlan() passes all labels to the build, with the main tag as the version, and reports missing ones', () => {
  const { build, notices } = makePlan(
    inputsOf({ images: 'ghcr.io/acme/app', tags: '1.2.3, latest', labels: 'a=b' }),
    factsOf({ origin: { ...origin, problems: ['The image has no default label for licenses'] } }),
  )
  expect(build.labels).toMatchObject({ a: 'b', [`${prefix}version`]: '1.2.3', [`${prefix}title`]: 'app' })
  expect(build.annotations).toMatchObject({ [`${prefix}version`]: '1.2.3' })
  expect(notices).toContain('The image has no default label for licenses')
})

test('makePlan() does not warn about destinations that cannot store default annotations', () => {
  const given = { load: 'true' }
  expect(makePlan(inputsOf(given), factsOf({ origin })).warnings).toEqual([])
})

describe('compareKeys()', () => {
  test('orders keys as English does, without its rules if they have plain characters', () => {
    const random = createRandom(15)
    const characters = { plain: '-./09az', any: '-./_:09azAZé ' }
    const below = (limit: number) => Math.floor(random() * limit)
    const key = (from: string) => Array.from({ length: below(6) }, () => from[below(from.length)]).join('')
    for (const from of [characters.plain, characters.any]) {
      for (let round = 0; round < 3000; round++) {
        const [a, b] = [key(from), key(from)]
        expect([a, b, Math.sign(compareKeys(a, b))]).toEqual([a, b, Math.sign(a.localeCompare(b, 'en'))])
      }
    }
  })
})
