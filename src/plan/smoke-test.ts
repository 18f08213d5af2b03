import type { DockerServer } from '../docker/server.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Facts } from '../facts/facts.ts'
import type { Inputs, SmokeTest } from '../inputs/inputs.ts'
import { reachHint } from './unreachable.ts'

/** A smoke test and the daemon that runs the images, regardless of the engine that builds them. */
export type PlannedSmokeTest = SmokeTest & { readonly daemon: DockerServer }

/** Returns the planned smoke test. Throws ActionError `feature-missing` if no daemon can run the image. */
export function planSmokeTest(
  { smokeTest }: Pick<Inputs, 'smokeTest'>,
  { docker }: Pick<Facts, 'docker'>,
): PlannedSmokeTest | undefined {
  if (smokeTest === undefined) return undefined
  if (docker.kind === 'server') return { ...smokeTest, daemon: docker }
  throw new ActionError(
    'feature-missing',
    `Cannot run the smoke test: no Docker daemon answers at ${docker.endpoint.host} (from ${docker.endpoint.because}): ${docker.reason}`,
    {
      hint: `${reachHint(docker)} An image runs on a Docker daemon, whichever engine has built it: without one, leave smoke-test empty.`,
    },
  )
}
