import { describe, expect, test } from 'vitest'
import type { GitEvent } from '../../../src/facts/event.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { formatReference } from '../../../src/oci/reference.ts'
import { defaultTags, isMoving, references, sanitiseTag } from '../../../src/plan/tags.ts'

const sha = '0123456789abcdef0123456789abcdef01234567'

function event(name: string, ref: string, more: Partial<GitEvent> = {}): GitEvent {
  return { name, ref, refName: '', sha, serverUrl: 'https://github.com', repository: 'acme/app', ...more }
}

const branch = event('push', 'refs/heads/main')

describe('defaultTags()', () => {
  test.each([
    { name: 'a branch', on: branch, tags: 'main', moving: 'main' },
    {
      name: 'a branch with "/"',
      on: event('push', 'refs/heads/releases/v1'),
      tags: 'releases-v1',
      moving: 'releases-v1',
    },
    { name: 'a branch named as a version', on: event('push', 'refs/heads/1.2.3'), tags: '1.2.3', moving: '1.2.3' },
    { name: 'a version', on: event('push', 'refs/tags/v1.2.3'), tags: 'v1.2.3 latest', moving: 'latest' },
    { name: 'a part of a version', on: event('push', 'refs/tags/1.2'), tags: '1.2 latest', moving: '1.2 latest' },
    { name: 'a pre-release', on: event('push', 'refs/tags/v2.0.8-beta.67'), tags: 'v2.0.8-beta.67', moving: '' },
    { name: 'a version with build', on: event('push', 'refs/tags/v1.2.3+b5'), tags: 'v1.2.3-b5', moving: '' },
    { name: 'a tag that is no version', on: event('push', 'refs/tags/app/v1.2.3'), tags: 'app-v1.2.3', moving: '' },
    { name: 'a tag named latest', on: event('push', 'refs/tags/latest'), tags: 'latest', moving: 'latest' },
    { name: 'a release', on: event('release', 'refs/tags/v1.0.0'), tags: 'v1.0.0 latest', moving: 'latest' },
    {
      name: 'a pull request',
      on: event('pull_request', 'refs/pull/2/merge', { pullRequest: 2 }),
      tags: 'pr-2',
      moving: 'pr-2',
    },
    {
      name: 'a pull request by its target',
      on: event('pull_request_target', 'refs/pull/2/merge', { pullRequest: 2 }),
      tags: 'pr-2',
      moving: 'pr-2',
    },
    { name: 'a schedule', on: event('schedule', 'refs/heads/main'), tags: 'nightly main', moving: 'nightly main' },
    { name: 'a run by hand', on: event('workflow_dispatch', 'refs/heads/main'), tags: 'main', moving: 'main' },
    {
      name: 'a merge queue',
      on: event('merge_group', 'refs/heads/gh-readonly-queue/main/pr-3-ab'),
      tags: 'gh-readonly-queue-main-pr-3-ab',
      moving: 'gh-readonly-queue-main-pr-3-ab',
    },
    { name: 'no event', on: event('', ''), tags: '', moving: '' },
    { name: 'a branch without any letter', on: event('push', 'refs/heads/---'), tags: '', moving: '' },
  ])('of $name', ({ on, tags, moving }) => {
    const found = defaultTags(on)
    expect({ tags: found.tags.join(' '), moving: found.moving.join(' ') }).toEqual({ tags, moving })
  })
})

test.each([
  { name: 'replaces runs of other characters', text: "feat/it's&a=b", expected: 'feat-it-s-a-b' },
  { name: 'keeps case, dots and underlines', text: 'V1.2_X-y', expected: 'V1.2_X-y' },
  { name: 'drops what no tag begins with', text: '.-/x.', expected: 'x.' },
  { name: 'keeps 128 characters', text: `/${'x'.repeat(200)}`, expected: 'x'.repeat(128) },
  { name: 'gives nothing for nothing', text: '//', expected: '' },
])('sanitiseTag() $name', ({ text, expected }) => {
  expect(sanitiseTag(text)).toBe(expected)
})

test.each([
  '1.2.3',
  'v1.2.3',
  '1.2.3-alpine',
  '1.2.3.4',
  'v1.2.3-rc.1',
  'sha-0123456',
  sha,
  'main-0123456',
  '20260102',
  '20260102-1',
])('isMoving() takes %s for fixed', (tag) => {
  expect(isMoving(tag, branch)).toBe(false)
})

test.each(['latest', 'main', 'pr-7', 'nightly', 'edge', '1', 'v1', '1.2', 'v1.2', '1.2-alpine', 'stable', 'alpine'])(
  'isMoving() takes %s for moving',
  (tag) => {
    expect(isMoving(tag, branch)).toBe(true)
  },
)

describe('references()', () => {
  const of = (given: { readonly images?: string; readonly tags?: string }, on: GitEvent) => {
    const { inputs } = parseInputs((name) => (name === 'images' || name === 'tags' ? (given[name] ?? '') : ''))
    const { references: found, version } = references(inputs, on)
    return { found: found.map(formatReference).join(' '), version }
  }

  test.each([
    {
      name: 'writes fixed tags first, moving ones then, latest last',
      given: { images: 'h.io/a', tags: 'latest, 1, edge, 1.2.3, 1.2, sha-abc' },
      found: 'h.io/a:1.2.3 h.io/a:sha-abc h.io/a:1 h.io/a:edge h.io/a:1.2 h.io/a:latest',
      version: 'latest',
    },
    {
      name: 'writes latest of all images after everything else',
      given: { images: 'h.io/a, h.io/b', tags: '1.2.3, latest, edge' },
      found: 'h.io/a:1.2.3 h.io/b:1.2.3 h.io/a:edge h.io/b:edge h.io/a:latest h.io/b:latest',
      version: '1.2.3',
    },
    {
      name: 'adds whole references on their own',
      given: { images: 'h.io/a', tags: '1.2.3, h.io/b:4.5.6' },
      found: 'h.io/a:1.2.3 h.io/b:4.5.6',
      version: '1.2.3',
    },
    {
      name: 'names one reference once',
      given: { images: 'h.io/a', tags: '1.2.3, h.io/a:1.2.3' },
      found: 'h.io/a:1.2.3',
      version: '1.2.3',
    },
    {
      name: 'takes whole references without images',
      given: { tags: 'h.io/a:latest, h.io/a:1.0.0' },
      found: 'h.io/a:1.0.0 h.io/a:latest',
      version: 'latest',
    },
    { name: 'takes tags of the event', given: { images: 'h.io/a' }, found: 'h.io/a:main', version: 'main' },
    { name: 'has none without a name, yet a version', given: {}, found: '', version: 'main' },
  ])('$name', ({ given, found, version }) => {
    expect(of(given, branch)).toEqual({ found, version })
  })

  test('takes the version of a Git tag, and latest last', () => {
    expect(of({ images: 'h.io/a\nh.io/b' }, event('push', 'refs/tags/v1.0.0'))).toEqual({
      found: 'h.io/a:v1.0.0 h.io/b:v1.0.0 h.io/a:latest h.io/b:latest',
      version: 'v1.0.0',
    })
  })

  test('refuses a name that nothing gives a tag', () => {
    expect(() => of({ images: 'h.io/a' }, event('', ''))).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })
})
