import { expect, test } from 'vitest'
import { readEvent } from '../../../src/facts/event.ts'

const sha = '0123456789abcdef0123456789abcdef01234567'

test.each([
  {
    name: 'a branch',
    env: { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/feature/x' },
    payload: {},
    expected: { name: 'push', ref: 'refs/heads/feature/x', refName: 'feature/x' },
  },
  {
    name: 'a tag',
    env: { GITHUB_EVENT_NAME: 'release', GITHUB_REF: 'refs/tags/v1.2.3' },
    payload: {},
    expected: { name: 'release', ref: 'refs/tags/v1.2.3', refName: 'v1.2.3' },
  },
  {
    name: 'a pull request',
    env: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge', GITHUB_HEAD_REF: 'topic' },
    payload: { number: 8 },
    expected: { name: 'pull_request', ref: 'refs/pull/7/merge', refName: 'topic', pullRequest: 7 },
  },
  {
    name: 'a pull_request_target, whose ref is the base branch',
    env: { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_REF: 'refs/heads/main', GITHUB_HEAD_REF: 'topic' },
    payload: { pull_request: { number: 9 } },
    expected: { name: 'pull_request_target', ref: 'refs/pull/9/merge', refName: 'topic', pullRequest: 9 },
  },
  {
    name: 'a review of a pull request',
    env: { GITHUB_EVENT_NAME: 'pull_request_review', GITHUB_REF: 'refs/pull/7/merge' },
    payload: {},
    expected: { name: 'pull_request_review', ref: 'refs/pull/7/merge', refName: 'pull/7/merge', pullRequest: 7 },
  },
  {
    name: 'a push whose payload has a number',
    env: { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
    payload: { number: 5 },
    expected: { name: 'push', ref: 'refs/heads/main', refName: 'main' },
  },
  {
    name: 'the default branch',
    env: { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
    payload: { repository: { default_branch: 'main' } },
    expected: { name: 'push', ref: 'refs/heads/main', refName: 'main', defaultBranch: 'main' },
  },
  {
    name: 'the fields of the repository and the pushed commit',
    env: { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
    payload: {
      repository: { name: 'app', html_url: 'https://git.acme.dev/acme/app', description: ' An\n app ', license: null },
      head_commit: { id: sha, timestamp: '1970-01-01T01:00:01+01:00' },
    },
    expected: {
      ...{
        name: 'push',
        ref: 'refs/heads/main',
        refName: 'main',
        commitTime: 1000,
        commitDate: '1970-01-01T01:00:01+01:00',
      },
      about: { name: 'app', url: 'https://git.acme.dev/acme/app', description: 'An app', license: '' },
    },
  },
  {
    name: 'a pushed commit that is not the commit of the run',
    env: { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
    payload: { head_commit: { id: sha.replace('0', '1'), timestamp: '1970-01-01T00:00:01Z' } },
    expected: { name: 'push', ref: 'refs/heads/main', refName: 'main' },
  },
  {
    name: 'the head of a pull request on request',
    env: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge', DOCKER_METADATA_PR_HEAD_SHA: 'true' },
    payload: { pull_request: { head: { sha: 'f'.repeat(40), repo: { full_name: 'acme/app' } } } },
    expected: {
      ...{ name: 'pull_request', ref: 'refs/pull/7/merge', refName: 'pull/7/merge', pullRequest: 7 },
      headSha: 'f'.repeat(40),
    },
  },
])('readEvent() reads $name', ({ env, payload, expected }) => {
  const base = { GITHUB_SHA: sha, GITHUB_REPOSITORY: 'acme/app', GITHUB_SERVER_URL: 'https://git.acme.dev/' }
  const rest = { sha, repository: 'acme/app', serverUrl: 'https://git.acme.dev' }
  expect(readEvent({ ...base, ...env }, payload)).toEqual({ ...rest, ...expected })
})

test.each([
  { name: 'nothing', payload: undefined },
  { name: 'null', payload: null },
  { name: 'a text', payload: 'x' },
  { name: 'other types than expected', payload: { number: '7', pull_request: 3, repository: [] } },
])('readEvent() accepts $name as a payload', ({ payload }) => {
  expect(readEvent({ GITHUB_EVENT_NAME: 'pull_request' }, payload)).toEqual({
    name: 'pull_request',
    ref: '',
    refName: '',
    sha: '',
    repository: '',
    serverUrl: 'https://github.com',
  })
})

test.each([
  {
    name: 'an attempt',
    env: { GITHUB_RUN_ATTEMPT: '3' },
    url: 'https://git.acme.dev/acme/app/actions/runs/7/attempts/3',
  },
  {
    name: 'a runner that does not count attempts',
    env: {},
    url: 'https://git.acme.dev/acme/app/actions/runs/7/attempts/1',
  },
  { name: 'no run', env: { GITHUB_RUN_ID: '' }, url: undefined },
  { name: 'no repository', env: { GITHUB_REPOSITORY: '' }, url: undefined },
])('readEvent() has the URL of the run with $name', ({ env, url }) => {
  const base = { GITHUB_REPOSITORY: 'acme/app', GITHUB_SERVER_URL: 'https://git.acme.dev/', GITHUB_RUN_ID: '7' }
  expect(readEvent({ ...base, ...env }, undefined).runUrl).toBe(url)
})
