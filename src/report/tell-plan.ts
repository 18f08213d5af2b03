import type { Host } from '../host/host.ts'
import { describePlan } from '../plan/describe-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { describeTag } from '../plan/tags.ts'

/** Logs the decisions of the plan and their reasons before anything is done. */
export function tellPlan({ plan, host }: { readonly plan: Plan; readonly host: Host }): void {
  for (const notice of plan.notices) host.runner.notice(notice)
  for (const warning of plan.warnings) host.log.warning(warning)
  if (plan.mode === 'build') {
    host.log.info(`Using engine ${plan.engine.name} (${plan.engine.because})`)
    for (const line of plan.engine.nodes ?? []) host.log.info(`Platform ${line}`)
  }
  host.log.debug(`Plan: ${describePlan(plan)}`)
  for (const tag of plan.tags) host.log.debug(describeTag(tag))
}
