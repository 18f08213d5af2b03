import type { Inputs } from '../inputs/inputs.ts'
import type { Secret } from '../inputs/secret.ts'
import type { Reference } from '../oci/reference.ts'

const dockerHub = 'docker.io'

/** Who to be at one registry. */
export type Login = {
  readonly registry: string
  readonly username: string
  readonly password: Secret
  /** Only when the user's own configuration has nothing for this registry. */
  readonly unlessKnown?: boolean
}

/**
 * Who to be where: `username` and `password` at `registry`, or at Docker Hub without one, as `docker login` has it; and at ghcr.io from the
 * job's own token when nothing else is known of it.
 */
export function planLogins(inputs: Inputs, references: readonly Reference[], actor: string): readonly Login[] {
  const given = inputs.login ? [{ ...inputs.login, registry: inputs.registry?.host ?? dockerHub }] : []
  const token = inputs.githubToken
  const usesGhcr = references.some(({ registry }) => registry === 'ghcr.io')
  const isGiven = given.some(({ registry }) => registry === 'ghcr.io')
  return usesGhcr && token && !isGiven
    ? [...given, { registry: 'ghcr.io', username: actor, password: token, unlessKnown: true }]
    : given
}

/** Whether `username` is for Docker Hub only because `registry` is empty, and no image name is there: then a base image must be. */
export function needsHubBase(inputs: Pick<Inputs, 'login' | 'registry'>, references: readonly Reference[]): boolean {
  return (
    inputs.login !== undefined &&
    inputs.registry === undefined &&
    !references.some(({ registry }) => registry === dockerHub)
  )
}
