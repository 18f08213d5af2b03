import type { PlannedContainers } from '../containers/containers.ts'
import { planDockerContainers } from '../containers/docker/plan-docker-containers.ts'
import type { PlannedEngine } from '../engine/traits.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Facts } from '../facts/facts.ts'
import type { Inputs, SmokeTest } from '../inputs/inputs.ts'
import { reachHint } from './unreachable.ts'

export type PlannedSmokeTest = SmokeTest & {
  /** Where the images run: on the engine if it runs containers, otherwise on Docker. */
  readonly containers: PlannedContainers
}

/**
 * Returns the planned smoke test.
 *
 * @throws ActionError `feature-missing` if no engine can run an image, `input-invalid` for settings that the engine does not support
 */
export function planSmokeTest(
  { smokeTest, push }: Pick<Inputs, 'smokeTest' | 'push'>,
  { docker }: Pick<Facts, 'docker'>,
  { traits, method }: Pick<PlannedEngine, 'traits' | 'method'>,
): PlannedSmokeTest | undefined {
  if (smokeTest === undefined) return undefined
  if (traits.containers !== undefined) {
    const isPushed = push === true && method?.name === 'digest'
    requireSupport(smokeTest, { containers: traits.containers, push: push === true, isPushed })
    return { ...smokeTest, containers: traits.containers }
  }
  if (docker.kind === 'server') return { ...smokeTest, containers: planDockerContainers(docker) }
  throw new ActionError(
    'feature-missing',
    `Cannot run the smoke test: no Docker daemon answers at ${docker.endpoint.host} (from ${docker.endpoint.because}): ${docker.reason}`,
    {
      hint: `${reachHint(docker)} Docker runs the images of this engine. Without Docker, use an engine that runs them: podman, nerdctl, kubernetes or apple, or leave smoke-test empty.`,
    },
  )
}

type Support = {
  readonly containers: PlannedContainers
  readonly push: boolean
  /** Whether the image is in a registry before it is tested. */
  readonly isPushed: boolean
}

function requireSupport(
  { container: options, ...settings }: SmokeTest,
  { containers: { title, pulls, problemsOf }, push, isPushed }: Support,
): void {
  const problems = problemsOf?.({ ...settings, options }) ?? []
  if (problems.length > 0) {
    const list = problems.length === 1 ? ` ${problems[0]}` : `\n${problems.map((one) => `- ${one}`).join('\n')}`
    throw new ActionError('input-invalid', `Cannot run the smoke test on ${title}:${list}`, {
      hint: 'Remove these settings from `smoke-test`.',
    })
  }
  if (pulls !== true || isPushed) return
  const found = push ? '`outputs` is set, which is written before the image is pushed' : '`push` is false'
  throw new ActionError(
    'input-invalid',
    `Cannot run the smoke test on ${title}, which pulls the image from a registry: ${found}`,
    { hint: push ? 'Remove `outputs` or `smoke-test`.' : 'Set `push: true`, or remove `smoke-test`.' },
  )
}
