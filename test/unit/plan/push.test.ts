import { expect, test } from 'vitest'
import { readEvent } from '../../../src/facts/event.ts'
import { decidePush } from '../../../src/plan/push.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'

const pullRequest = (head: unknown, actor = 'octocat') =>
  readEvent(
    { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REPOSITORY: 'acme/app', GITHUB_ACTOR: actor },
    { pull_request: { head } },
  )

test.each([
  { name: 'a push', event: factsOf().event, because: undefined },
  {
    name: 'a pull request of the repository, which is itself a fork',
    event: pullRequest({ repo: { full_name: 'acme/app', fork: true } }),
    because: undefined,
  },
  { name: 'a fork', event: pullRequest({ repo: { full_name: 'else/app' } }), because: /from the fork else\/app/ },
  { name: 'a fork that was deleted', event: pullRequest({ repo: null }), because: /fork that was deleted/ },
  {
    name: 'Dependabot',
    event: pullRequest({ repo: { full_name: 'acme/app' } }, 'dependabot[bot]'),
    because: /Dependabot/,
  },
])('decidePush() of auto for $name', ({ event, because }) => {
  const decision = decidePush(inputsOf({ push: 'auto', images: 'ghcr.io/acme/app' }), factsOf({ event }))
  expect(decision.push).toBe(because === undefined)
  expect(decision.notPushed ?? '').toMatch(because ?? /^$/)
})

test('decidePush() of auto does not push without an enabled tag', () => {
  const inputs = inputsOf({ push: 'auto', images: 'a', tags: 'prod,enable=false' })
  expect(decidePush(inputs, factsOf())).toEqual({ push: false, notPushed: 'no tag is enabled' })
})

test('decidePush() of auto does not push without a name', () => {
  expect(decidePush(inputsOf({ push: 'auto' }), factsOf())).toMatchObject({ push: false })
})

test('decidePush() pushes from a fork on request', () => {
  const event = pullRequest({ repo: { full_name: 'else/app' } })
  const inputs = inputsOf({ push: 'true', images: 'ghcr.io/acme/app' })
  expect(decidePush(inputs, factsOf({ event }))).toEqual({ push: true, notPushed: undefined })
})
