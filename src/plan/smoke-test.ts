import type { PlannedContainers } from '../containers/containers.ts'
import { planDockerContainers } from '../containers/docker/plan-docker-containers.ts'
import type { PlannedEngine } from '../engine/traits.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Facts } from '../facts/facts.ts'
import type { Inputs, SmokeTest } from '../inputs/inputs.ts'
import { reachHint } from './unreachable.ts'

export type PlannedSmokeTest = SmokeTest & {
  /** Where the images run: on the engine, otherwise on Docker. */
  readonly containers: PlannedContainers
}

/** Returns the planned smoke test. Throws ActionError `feature-missing` if no engine can run an image. */
export function planSmokeTest(
  { smokeTest }: Pick<Inputs, 'smokeTest'>,
  { docker }: Pick<Facts, 'docker'>,
  { traits }: Pick<PlannedEngine, 'traits'>,
): PlannedSmokeTest | undefined {
  if (smokeTest === undefined) return undefined
  if (traits.containers !== undefined) return { ...smokeTest, containers: traits.containers }
  if (docker.kind === 'server') return { ...smokeTest, containers: planDockerContainers(docker) }
  throw new ActionError(
    'feature-missing',
    `Cannot run the smoke test: no Docker daemon answers at ${docker.endpoint.host} (from ${docker.endpoint.because}): ${docker.reason}`,
    {
      hint: `${reachHint(docker)} An image runs on a Docker daemon, whichever engine has built it: without one, leave smoke-test empty.`,
    },
  )
}
