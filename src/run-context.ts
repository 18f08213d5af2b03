import type { Host } from './host/host.ts'
import type { Access } from './login/login.ts'
import type { Plan } from './plan/plan.ts'
import type { Source } from './source/source.ts'

/** The first argument of every stage after the plan: the plan, and access to the outside. */
export type Run = {
  readonly plan: Plan
  readonly host: Host
  /** The registry client and the private Docker configuration, with the same credentials. */
  readonly access: Access
  /** The build context and the Dockerfile. */
  readonly source: Source
}
