import type { Host } from './host/host.ts'
import type { Access } from './login/login.ts'
import type { Plan } from './plan/plan.ts'
import type { Source } from './source/source.ts'

/** What every stage after the plan takes first: what is to be done, and the ways to the outside. */
export type Run = {
  readonly plan: Plan
  readonly host: Host
  /** The registry client and the private Docker configuration, with the same credentials. */
  readonly access: Access
  /** The build context and the Dockerfile. */
  readonly source: Source
}
