import type { Host } from '../../src/host/host.ts'
import type { Access } from '../../src/login/login.ts'
import type { Plan } from '../../src/plan/plan.ts'
import type { Run } from '../../src/run-context.ts'
import { openSource } from '../../src/source/open-source.ts'
import { loginOf } from './login.ts'
import { createTestClient } from './registry-client.ts'

/** A run of the plan with an open source; by default, `access` has no logins. */
export async function runOf(plan: Plan, host: Host, access: Partial<Access> = {}): Promise<Run> {
  const opening = { plan, host, access: { ...loginOf(createTestClient()), ...access } }
  return { ...opening, source: openSource(opening) }
}
