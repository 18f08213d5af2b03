import { expect, test } from 'vitest'
import { readEvent } from '../../../src/facts/event.ts'

const sha = '0123456789abcdef'

test('readEvent() reads the fields of the payload that expressions in tags need', () => {
  const env = { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/tags/v1', GITHUB_SHA: sha }
  const payload = { base_ref: 'refs/heads/main', head_commit: { id: sha, timestamp: '2026-01-02T03:04:05Z' } }
  expect(readEvent(env, payload)).toMatchObject({ baseRef: 'main', commitDate: '2026-01-02T03:04:05Z' })
})

test('readEvent() ignores the date of another commit, a text that is not a date, and a base that is too long', () => {
  const env = { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/tags/v1', GITHUB_SHA: sha }
  const other = { commits: [{ id: 'fedcba', timestamp: '2026-01-02T03:04:05Z' }], base_ref: 'x'.repeat(600) }
  expect(readEvent(env, other)).not.toHaveProperty('commitDate')
  expect(readEvent(env, other)).not.toHaveProperty('baseRef')
  expect(readEvent(env, { head_commit: { id: sha, timestamp: 'soon' } })).not.toHaveProperty('commitDate')
})
