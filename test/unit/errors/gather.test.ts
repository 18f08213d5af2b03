import { describe, expect, it } from 'vitest'
import { ActionError, exitStatus } from '../../../src/errors/action-error.ts'
import { combine, gather, problemsOf } from '../../../src/errors/gather.ts'

const denied = new ActionError('registry-denied', 'No push')
const missing = new ActionError('image-not-found', 'No base')

/** The error of Node for a name with several addresses of which none answers. */
const nobody = new AggregateError(
  ['::1', '127.0.0.1'].map((address) =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}:9`), { code: 'ECONNREFUSED' }),
  ),
)

describe('problemsOf()', () => {
  it('separates a combined error', () => {
    expect(problemsOf(combine('Preflight', [denied, missing]))).toEqual([denied, missing])
  })

  it('keeps a connection error with several addresses as one', () => {
    const unreachable = new ActionError('registry-unreachable', 'Cannot reach it', { cause: nobody })
    expect(problemsOf(unreachable)).toEqual([unreachable])
    expect(problemsOf(new AggregateError([]))).toMatchObject([{ code: 'internal' }])
  })
})

it('gather() gives a connection error its own code and a nonzero status', async () => {
  const unreachable = new ActionError('registry-unreachable', 'Cannot reach it', { hint: 'Look.', cause: nobody })
  const failed = await gather('Preflight', [Promise.reject(unreachable), Promise.resolve(1)]).catch((error) => error)
  expect(failed).toMatchObject({ code: 'registry-unreachable', hint: 'Look.' })
  expect(exitStatus(failed.code)).toBe(75)
  expect(exitStatus('ECONNREFUSED' as never)).toBe(1)
})
