import type { Facts } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { traitsOf } from './drivers.ts'
import { engines } from './engines.ts'
import { isPodman } from './podman.ts'
import type { EnginePlan } from './traits.ts'

/**
 * The engine asked for; without one, buildx where it and a daemon (or a builder elsewhere) are there, else the embedded
 * engine. What only buildx can do is never left out in silence: it is an error that says so.
 *
 * @throws ActionError when the engine cannot do what was asked for, or is not there
 */
export function planEngine(inputs: Inputs, facts: Facts): EnginePlan {
  const { buildx, embedded } = engines
  if (inputs.engine !== 'auto') return engines[inputs.engine].plan(inputs, facts, 'selected by the `engine` input')
  if (inputs.dropLayers > 0) return embedded.plan(inputs, facts, 'because only it supports `drop-layers`')
  const missing = needsBuildx(inputs) ? undefined : whyNoBuildx(facts)
  return missing === undefined ? buildx.plan(inputs, facts, '') : embedded.plan(inputs, facts, missing)
}

/** Inputs that name what only buildx has. */
function needsBuildx({ builder, driver, buildxRelease, minimumVersions, extraArgs }: Inputs): boolean {
  const named = [builder, driver, buildxRelease].some((one) => one !== undefined)
  return named || Object.keys(minimumVersions).length > 0 || extraArgs.length > 0
}

function whyNoBuildx({ buildx, docker, builder }: Facts): string | undefined {
  if ('kind' in buildx) return 'because buildx is not installed'
  if (builder.kind === 'builder' && traitsOf(builder.driver).runs !== 'in-daemon') return undefined
  if (isPodman(docker)) return `because Podman answers at ${docker.endpoint.host}, which is not supported yet`
  if (docker.kind === 'unreachable')
    return `because no Docker daemon answers at ${docker.endpoint.host}: ${docker.reason}`
  return undefined
}
