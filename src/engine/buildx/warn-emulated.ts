import type { Run } from '../../run-context.ts'
import { type Assignment, nativeWarnings } from './assign-nodes.ts'

/** Warns about platforms that are emulated although a native node is known, unless the plan has. */
export function warnEmulated(
  assignments: readonly Assignment[],
  { plan, host: { log } }: Pick<Run, 'plan' | 'host'>,
): void {
  // The nodes have other names in the plan.
  if (plan.warnings.some((warning) => warning.includes(' is emulated by node '))) return
  for (const warning of nativeWarnings(assignments)) log.warning(warning)
}
