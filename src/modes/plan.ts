import type { Facts } from '../facts/facts.ts'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { makePlan } from '../plan/make-plan.ts'
import { planMatrix } from '../plan/matrix.ts'
import { reportMatrix } from '../report/report-matrix.ts'
import { tellPlan } from '../report/tell-plan.ts'

/** Writes the matrix of platforms and runners, and the metadata, for the jobs that build. Sends no request to a registry. */
export async function runPlan(
  host: Host,
  { inputs, facts }: { readonly inputs: Inputs; readonly facts: Facts },
): Promise<void> {
  const plan = makePlan(inputs, facts)
  tellPlan({ plan, host })
  reportMatrix({ plan, host }, planMatrix(inputs))
}
