import { expect, it } from 'vitest'
import { parseDockerfile } from '../../../src/dockerfile/read/parse.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { warnUnknownStages } from '../../../src/preflight/warn-unknown-stages.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'

it('warns about names that are not stages, with the nearest one', () => {
  const host = createTestHost()
  const inputs = inputsOf({ 'no-cache-filters': 'tests, Final, assets', 'build-contexts': 'assets=./assets' })
  const dockerfile = parseDockerfile('FROM a AS test\nFROM b AS final\n', 'Dockerfile')
  warnUnknownStages({ plan: makePlan(inputs, factsOf()), host }, { dockerfile, platforms: [] })
  expect(host.log.lines).toEqual([
    expect.stringContaining(
      'no-cache-filters: Dockerfile has no stage tests, so this changes nothing; did you mean test?',
    ),
  ])
  host.close()
})
