import type { Facts } from '../../facts/facts.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import { traitsOf } from '../drivers.ts'
import { isPodmanAtSocket } from '../podman-at-socket.ts'

/** Returns why `engine: auto` does not select buildx; undefined if it does, or if an input names what only buildx has. */
export function whyNoBuildx(inputs: Inputs, { buildx, docker, builder }: Facts): string | undefined {
  if (needsBuildx(inputs)) return undefined
  if ('kind' in buildx) {
    const daemon = docker.kind === 'unreachable' ? ` and no Docker daemon answers at ${docker.endpoint.host}` : ''
    return `buildx is not installed${daemon}`
  }
  if (builder.kind === 'builder' && traitsOf(builder.driver).runs !== 'in-daemon') return undefined
  if (isPodmanAtSocket(docker)) return `Podman answers at ${docker.endpoint.host}, which buildx cannot use`
  if (docker.kind === 'unreachable') return `no Docker daemon answers at ${docker.endpoint.host}: ${docker.reason}`
  return undefined
}

function needsBuildx({ builder, driver, buildxRelease, minimumVersions, extraArgs }: Inputs): boolean {
  const named = [builder, driver, buildxRelease].some((one) => one !== undefined)
  return named || Object.keys(minimumVersions).length > 0 || extraArgs.length > 0
}
