import { describe, expect, test } from 'vitest'
import type { GitEvent } from '../../../src/facts/event.ts'
import { formatReference } from '../../../src/oci/reference.ts'
import { defaultTags, planTags } from '../../../src/plan/tags.ts'
import { inputsOf } from '../../support/plan.ts'

const sha = '0123456789abcdef0123456789abcdef01234567'

function event(name: string, ref: string, more: Partial<GitEvent> = {}): GitEvent {
  return { name, ref, refName: '', sha, serverUrl: 'https://github.com', repository: 'acme/app', ...more }
}

const branch = event('push', 'refs/heads/main')
const pull = event('pull_request', 'refs/pull/2/merge', { pullRequest: 2 })
const unnamed = event('push', 'refs/heads/日本')

describe('defaultTags()', () => {
  test.each([
    { name: 'a branch', on: branch, fixed: '', moving: 'main' },
    { name: 'a branch with "/"', on: event('push', 'refs/heads/releases/v1'), fixed: '', moving: 'releases-v1' },
    { name: 'a branch named as a version', on: event('push', 'refs/heads/1.2.3'), fixed: '', moving: '1.2.3' },
    { name: 'a version', on: event('push', 'refs/tags/v1.2.3'), fixed: 'v1.2.3', moving: 'latest' },
    { name: 'a version of two parts', on: event('push', 'refs/tags/1.2'), fixed: '1.2', moving: 'latest' },
    { name: 'a pre-release', on: event('push', 'refs/tags/v2.0.8-beta.67'), fixed: 'v2.0.8-beta.67', moving: '' },
    { name: 'a version with build', on: event('push', 'refs/tags/v1.2.3+b5'), fixed: 'v1.2.3-b5', moving: '' },
    { name: 'a tag that is not a version', on: event('push', 'refs/tags/app/v1.2.3'), fixed: 'app-v1.2.3', moving: '' },
    { name: 'a tag named latest', on: event('push', 'refs/tags/latest'), fixed: '', moving: 'latest' },
    { name: 'a release', on: event('release', 'refs/tags/v1.0.0'), fixed: 'v1.0.0', moving: 'latest' },
    {
      name: 'a pull request',
      on: event('pull_request', 'refs/pull/2/merge', { pullRequest: 2 }),
      fixed: '',
      moving: 'pr-2',
    },
    {
      name: 'a pull request by its target',
      on: event('pull_request_target', 'refs/pull/2/merge', { pullRequest: 2 }),
      fixed: '',
      moving: 'pr-2',
    },
    { name: 'a schedule', on: event('schedule', 'refs/heads/main'), fixed: '', moving: 'nightly main' },
    { name: 'a run by hand', on: event('workflow_dispatch', 'refs/heads/main'), fixed: '', moving: 'main' },
    {
      name: 'a merge queue',
      on: event('merge_group', 'refs/heads/gh-readonly-queue/main/pr-3-ab'),
      fixed: '',
      moving: 'gh-readonly-queue-main-pr-3-ab',
    },
    {
      name: 'a very long branch',
      on: event('push', `refs/heads/${'x'.repeat(200)}`),
      fixed: '',
      moving: 'x'.repeat(128),
    },
    { name: 'a branch with a line break', on: event('push', 'refs/heads/a\nb'), fixed: '', moving: 'a-b' },
    {
      name: 'a branch without characters that a tag can have',
      on: event('push', 'refs/heads/日本'),
      fixed: 'sha-0123456',
      moving: '',
    },
    { name: 'a branch of dashes', on: event('push', 'refs/heads/---'), fixed: 'sha-0123456', moving: '' },
    {
      name: 'a pull request without a number',
      on: event('pull_request', 'refs/pull//merge'),
      fixed: 'sha-0123456',
      moving: '',
    },
    {
      name: 'a pull request by its target without a number',
      on: event('pull_request_target', 'refs/heads/main'),
      fixed: 'sha-0123456',
      moving: '',
    },
    {
      name: 'act pull_request',
      on: event('pull_request', 'refs/pull/%!f(<nil>)/merge'),
      fixed: 'sha-0123456',
      moving: '',
    },
    { name: 'act release', on: event('release', 'refs/tags/'), fixed: 'sha-0123456', moving: '' },
    { name: 'a release without a tag', on: event('release', ''), fixed: 'sha-0123456', moving: '' },
    { name: 'no event', on: event('', '', { sha: '' }), fixed: '', moving: '' },
  ])('of $name', ({ on, fixed, moving }) => {
    const found = defaultTags(on)
    const join = (moves: boolean) =>
      found
        .filter((one) => one.moves === moves)
        .map(({ tag }) => tag)
        .join(' ')
    expect({ fixed: join(false), moving: join(true) }).toEqual({ fixed, moving })
  })
})

describe('planTags()', () => {
  type Given = Partial<Readonly<Record<'images' | 'tags' | 'flavor' | 'push', string>>>
  const of = (given: Given, on: GitEvent) => {
    const { tags, version, notices } = planTags(inputsOf(given), on)
    return { found: tags.map(({ reference }) => formatReference(reference)).join(' '), version, tags, notices }
  }

  test.each([
    {
      name: 'lists fixed tags first, then moving ones, then latest',
      given: { images: 'h.io/a', tags: 'latest, 1\nedge,moving=true\n1.2.3, 1.2, sha-abc' },
      found: 'h.io/a:1 h.io/a:1.2.3 h.io/a:1.2 h.io/a:sha-abc h.io/a:edge h.io/a:latest',
      version: '1',
    },
    {
      name: 'lists latest of all images last',
      given: { images: 'h.io/a, h.io/b', tags: '1.2.3, latest\nedge,moving=true' },
      found: 'h.io/a:1.2.3 h.io/b:1.2.3 h.io/a:edge h.io/b:edge h.io/a:latest h.io/b:latest',
      version: '1.2.3',
    },
    {
      name: 'adds complete references separately',
      given: { images: 'h.io/a', tags: '1.2.3, h.io/b:4.5.6' },
      found: 'h.io/a:1.2.3 h.io/b:4.5.6',
      version: '1.2.3',
    },
    {
      name: 'lists each reference once',
      given: { images: 'h.io/a', tags: '1.2.3, h.io/a:1.2.3' },
      found: 'h.io/a:1.2.3',
      version: '1.2.3',
    },
    {
      name: 'accepts complete references without images',
      given: { tags: 'h.io/a:latest, h.io/a:1.0.0' },
      found: 'h.io/a:1.0.0 h.io/a:latest',
      version: '1.0.0',
    },
    {
      name: 'omits disabled tags',
      given: { images: 'h.io/a', tags: 'type=raw,value=prod,enable=false\ntype=raw,value=dev,enable=true' },
      found: 'h.io/a:dev',
      version: 'dev',
    },
    { name: 'accepts tags of the event', given: { images: 'h.io/a' }, found: 'h.io/a:main', version: 'main' },
    { name: 'has none without a name, but a version', given: {}, found: '', version: 'main' },
  ])('$name', ({ given, found, version }) => {
    expect(of(given, branch)).toMatchObject({ found, version, notices: [] })
  })

  test.each([
    { name: 'pr- replaces the prefix', flavor: 'prefix=a-\nsuffix=-b', on: pull, found: 'h.io/a:pr-2-b' },
    { name: 'sha- of the fallback replaces the prefix', flavor: 'prefix=a-', on: unnamed, found: 'h.io/a:sha-0123456' },
    { name: 'a branch gets prefix and suffix', flavor: 'prefix=a-\nsuffix=-b', on: branch, found: 'h.io/a:a-main-b' },
  ])('applies the flavor to the tags of the event as to rules: $name', ({ flavor, on, found }) => {
    expect(of({ images: 'h.io/a', flavor }, on)).toMatchObject({ found })
  })

  test('gives the version of rules without images, and reports that the image has no name', () => {
    const given = { tags: 'type=raw,value=x\ntype=sha' }
    expect(of(given, branch)).toMatchObject({ found: '', version: 'x', notices: [expect.stringContaining('`images`')] })
  })

  test('uses the version of a Git tag, and lists latest last', () => {
    expect(of({ images: 'h.io/a\nh.io/b' }, event('push', 'refs/tags/v1.0.0'))).toMatchObject({
      found: 'h.io/a:v1.0.0 h.io/b:v1.0.0 h.io/a:latest h.io/b:latest',
      version: 'v1.0.0',
    })
  })

  test.each(['1.0', 'v1.0', 'v3', '1', 'release', 'prod', 'build-17', 'main', 'edge', 'nightly', '1.2.3', sha])(
    'treats %s as fixed, because the user wrote it',
    (tag) => {
      for (const given of [{ images: 'h.io/a', tags: tag }, { tags: `h.io/a:${tag}` }]) {
        expect(of(given, branch).tags).toMatchObject([{ moves: false, because: 'written in the input tags' }])
      }
    },
  )

  test.each([
    { name: 'latest', tags: 'latest', moves: true },
    { name: 'latest of a rule', tags: 'type=raw,value=latest', moves: true },
    { name: 'latest of a whole reference', tags: 'h.io/a:latest', moves: true },
    { name: 'a reference without tag', tags: 'h.io/a', moves: true },
    { name: 'a tag with moving set', tags: 'type=raw,value=stable,moving=true', moves: true },
    { name: 'a tag with moving set in short form', tags: 'stable,moving=true', moves: true },
    { name: 'a complete reference with moving set', tags: 'h.io/a:stable,moving=true', moves: true },
    { name: 'a tag with moving set to false', tags: 'latest,moving=false', moves: false },
    { name: 'a rule', tags: 'type=raw,value=stable', moves: false },
  ])('moves $name: $moves', ({ tags, moves }) => {
    expect(of({ images: 'h.io/a', tags: `other\n${tags}` }, branch).tags.at(-1)).toMatchObject({ moves })
  })

  test('falls back to the commit, with a notice', () => {
    expect(of({ images: 'h.io/a', push: 'true' }, event('push', 'refs/heads/日本'))).toMatchObject({
      found: 'h.io/a:sha-0123456',
      version: 'sha-0123456',
      notices: ['The image is tagged sha-0123456: the event "push" on "refs/heads/日本" gives no other tag'],
    })
  })

  test('rejects a push of a name without a tag, and reports what to set', () => {
    const nothing = event('', '', { sha: '' })
    expect(() => of({ images: 'h.io/a', push: 'true' }, nothing)).toThrow(
      expect.objectContaining({ code: 'input-invalid', hint: expect.stringContaining('`tags`') }),
    )
    expect(of({ images: 'h.io/a' }, nothing)).toMatchObject({ found: '', notices: [expect.stringContaining('no tag')] })
  })

  test('reports that no tag is enabled', () => {
    const given = { images: 'h.io/a', tags: 'prod,enable=false' }
    expect(of(given, branch)).toMatchObject({ found: '', version: '', notices: [expect.stringContaining('No tag')] })
  })
})
