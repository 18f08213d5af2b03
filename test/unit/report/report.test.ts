import { expect, it } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import type { Host } from '../../../src/host/host.ts'
import { report, reportLasting } from '../../../src/report/report.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { resultOf } from '../../support/result.ts'

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

it('report() fails where the outputs cannot be written', () => {
  expect(() => reported(fullHost())).toThrow('ENOSPC')
})

it('report() puts nothing in the place of the error of publishing', () => {
  const host = fullHost()
  const result = resultOf(given)
  if (result.published === undefined) throw new Error('nothing was published')
  const error = new ActionError('registry-denied', 'No push')
  report({ plan: result.plan, host }, { ...result, published: { ...result.published, error } })
  expect(host.log.lines.join()).toContain('Cannot write the outputs or the job summary: ENOSPC')
})

it('reportLasting() puts nothing in the place of any error', () => {
  const host = fullHost()
  reportLasting({ plan: resultOf(given).plan, host, access: loginOf(createTestClient()) })
  expect(host.log.lines.join()).toContain('ENOSPC')
})
