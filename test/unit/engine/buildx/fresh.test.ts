import { expect, onTestFinished, test } from 'vitest'
import { freshen } from '../../../../src/engine/buildx/fresh.ts'
import { makePlan } from '../../../../src/plan/make-plan.ts'
import { createTestHost } from '../../../support/host.ts'
import { factsOf, inputsOf } from '../../../support/plan.ts'

/** The commands of Docker that a build with this value of `fresh` starts with. */
async function commandsOf(fresh: string): Promise<readonly string[]> {
  const commands: string[] = []
  const host = createTestHost({
    exec: async (_, args) => {
      commands.push(args.join(' '))
      return { ok: true, status: 0, stdout: '', stderr: '' } as never
    },
  })
  onTestFinished(host.close)
  const plan = makePlan(inputsOf({ images: 'acme/app', tags: '1', fresh }), factsOf())
  await freshen({ run: { plan, host } as never, env: {} })
  return commands
}

test('freshen() prunes everything that is stopped or dangling', async () => {
  expect(await commandsOf('true')).toEqual([
    'ps --all --quiet --filter ancestor=docker.io/acme/app:1',
    'image rm --force docker.io/acme/app:1',
    'container prune --force',
    'image prune --force',
  ])
})

test('freshen() prunes only objects with all given labels', async () => {
  const filters = '--filter label=team=web --filter label=ci'
  expect((await commandsOf('label=team=web\nlabel=ci')).slice(2)).toEqual([
    `container prune --force ${filters}`,
    `image prune --force ${filters}`,
  ])
})

test('freshen() prunes with the given filters, and removes this image without them', async () => {
  const filters = '--filter until=24h --filter label!=keep'
  expect((await commandsOf('until=24h, label!=keep')).slice(1)).toEqual([
    'image rm --force docker.io/acme/app:1',
    `container prune --force ${filters}`,
    `image prune --force ${filters}`,
  ])
})
