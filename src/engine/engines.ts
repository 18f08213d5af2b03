import { inlineDockerfile } from '../dockerfile/inline.ts'
import type { Host } from '../host/host.ts'
import type { LoggedIn } from '../login/login.ts'
import type { Plan } from '../plan/plan.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { Built } from './built.ts'

export type BuildMeans = {
  readonly login: LoggedIn
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
  // A build of each platform finds the same.
  const findings = new Map((built.findings ?? []).map((one) => [`${one.place?.line} ${one.message}`, one]))
  for (const { message, place } of findings.values()) {
    // A Dockerfile of the workflow is no file that an annotation could stand beside.
    const isFile = place !== undefined && place.file !== inlineDockerfile
    host.log.warning(message, isFile ? { title: 'Polyarch: build check', place } : {})
  }
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
