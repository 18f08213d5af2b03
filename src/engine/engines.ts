import type { Host } from '../host/host.ts'
import type { Access } from '../login/login.ts'
import type { Plan } from '../plan/plan.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { Built } from './built.ts'
import { warnFindings } from './warn-findings.ts'

export type BuildMeans = {
  readonly login: Access
  /** What preflight has found out about base images. */
  readonly checked: Pick<Checked, 'bases'>
}

/**
 * Builds with the engine of the plan, whose code is loaded when it is the one.
 *
 * @throws ActionError what the build failed from
 */
export async function build(plan: Plan, host: Host, means: BuildMeans): Promise<Built> {
  const built = await buildWith(plan, host, means)
  warnFindings(built.findings ?? [], host.log)
  return built
}

/** An engine's code is loaded when it is the one. */
async function buildWith(plan: Plan, host: Host, { login, checked }: BuildMeans): Promise<Built> {
  const { engine } = plan
  switch (engine.name) {
    case 'buildx':
      return (await import('./buildx/engine.ts')).build({ ...plan, engine }, host, { login, checked })
    case 'embedded':
      return (await import('./embedded/engine.ts')).build(plan, host, login)
  }
}
