import type { Facts } from '../facts/facts.ts'
import type { Host } from '../host/host.ts'
import { limitTime, type TimeLimit } from '../host/time-limit.ts'
import { logIn } from '../login/login.ts'
import type { Plan } from '../plan/plan.ts'
import { reportLasting } from '../report/report.ts'
import type { Run } from '../run-context.ts'
import type { Source } from '../source/source.ts'

/** A plan, with the facts for the login and the source of the image. */
export type Opening = {
  readonly plan: Plan
  readonly facts: Facts
  readonly openSource: (opening: Omit<Run, 'source'>) => Source
}

/** A run under the time limit of the step, and its end. */
export type LimitedRun = { readonly run: Run; readonly limit: TimeLimit }

/**
 * Logs in and runs the stages of a mode under the time limit of the plan. The outputs that every run has are written
 * however it ends.
 */
export async function withRun(
  host: Host,
  { plan, facts, openSource }: Opening,
  work: (limited: LimitedRun) => Promise<void>,
): Promise<void> {
  const limit = limitTime(plan.timeout, host)
  const access = await logIn(plan, facts, limit.host).catch((error: unknown) => {
    limit.lift()
    throw limit.toError(error)
  })
  try {
    const opening = { plan, host: limit.host, access }
    await work({ run: { ...opening, source: openSource(opening) }, limit })
  } catch (error) {
    throw limit.toError(error)
  } finally {
    limit.lift()
    reportLasting({ plan, access, host })
  }
}
