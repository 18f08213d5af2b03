import { expect, it } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import type { Host } from '../../../src/host/host.ts'
import { report, reportLasting, reportMissingLeg } from '../../../src/report/report.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { legPlan, resultOf } from '../../support/result.ts'

const given = { images: 'ghcr.io/acme/app', tags: '1', push: 'true' }

/** A host whose outputs and summary cannot be written. */
function fullHost() {
  const host = createTestHost()
  const full = () => {
    throw new Error('ENOSPC: no space left on device')
  }
  return { ...host, runner: { ...host.runner, setOutput: full, writeSummary: full } }
}

function reported(host: Host) {
  const { plan, ...outcome } = resultOf(given)
  report({ plan, host }, outcome)
}

it('report() fails if the outputs cannot be written', () => {
  expect(() => reported(fullHost())).toThrow('ENOSPC')
})

it('report() does not replace the error of publishing', () => {
  const host = fullHost()
  const result = resultOf(given)
  if (result.published === undefined) throw new Error('nothing was published')
  const error = new ActionError('registry-denied', 'No push')
  report({ plan: result.plan, host }, { ...result, published: { ...result.published, error } })
  expect(host.log.lines.join()).toContain('Cannot write the outputs or the job summary: ENOSPC')
})

it('reportLasting() does not replace any error', () => {
  const host = fullHost()
  reportLasting({ plan: resultOf(given).plan, host, access: loginOf(createTestClient()) })
  expect(host.log.lines.join()).toContain('ENOSPC')
})

/** Without the variables of bake files, for which this host has no directory. */
const variablesOf = (host: ReturnType<typeof createTestHost>) =>
  Object.fromEntries([...host.exported].filter(([name]) => !name.includes('BAKE_FILE')))

it('report() sets the variables of docker/metadata-action for later steps', () => {
  const host = createTestHost()
  const { plan, ...outcome } = resultOf({ ...given, labels: 'a=b', annotations: 'c=d' })
  report({ plan, host }, outcome)
  const found = variablesOf(host)
  expect({ ...found, DOCKER_METADATA_OUTPUT_JSON: JSON.parse(found['DOCKER_METADATA_OUTPUT_JSON'] ?? '') }).toEqual({
    DOCKER_METADATA_OUTPUT_VERSION: '1',
    DOCKER_METADATA_OUTPUT_TAGS: 'ghcr.io/acme/app:1',
    DOCKER_METADATA_OUTPUT_TAG_NAMES: '1',
    DOCKER_METADATA_OUTPUT_LABELS: 'a=b',
    DOCKER_METADATA_OUTPUT_ANNOTATIONS: 'manifest:c=d',
    DOCKER_METADATA_OUTPUT_JSON: {
      tags: ['ghcr.io/acme/app:1'],
      'tag-names': ['1'],
      labels: { a: 'b' },
      annotations: ['manifest:c=d'],
    },
  })
})

it('report() sets no variable if metadata-action is configured to set none', () => {
  const host = createTestHost({ env: { DOCKER_METADATA_SET_OUTPUT_ENV: 'false' } })
  reported(host)
  expect(variablesOf(host)).toEqual({})
  expect(host.outputs.get('tags')).toBe('ghcr.io/acme/app:1')
})

it('report() sets no variable that would prevent programs from starting', () => {
  const host = createTestHost()
  const { plan, ...outcome } = resultOf({ ...given, labels: `a=${'x'.repeat(130_000)}` })
  report({ plan, host }, outcome)
  expect(Object.keys(variablesOf(host))).not.toContain('DOCKER_METADATA_OUTPUT_LABELS')
  expect(JSON.stringify(host.told)).toContain('DOCKER_METADATA_OUTPUT_LABELS is not set: 1')
  expect(host.outputs.get('labels')).toHaveLength(130_002)
})

it('reportMissingLeg() names the platforms that the image lacks, unless the error is about the jobs', () => {
  const host = createTestHost()
  const plan = legPlan()
  reportMissingLeg({ plan, host }, new ActionError('legs-differ', 'Cannot join the image'))
  reportMissingLeg({ plan: resultOf(given).plan, host }, new Error('Cannot build'))
  expect(host.told).toEqual([])
  reportMissingLeg({ plan, host }, new ActionError('build-failed', 'Cannot build'))
  expect(host.told).toEqual([
    { notice: 'No tag is written without linux/arm64. Run the failed jobs again to complete the image' },
  ])
  reportMissingLeg({ plan, host }, new ActionError('image-not-found', 'Cannot join the image'))
  expect(host.told.slice(1)).toEqual([{ notice: 'No tag is written without linux/arm64' }])
  host.close()
})
