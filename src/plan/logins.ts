import { ActionError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Secret } from '../inputs/secret.ts'
import type { Reference } from '../oci/reference.ts'

/** Who to be at one registry. */
export type Login = {
  readonly registry: string
  readonly username: string
  readonly password: Secret
  /** Only when the user's own configuration has nothing for this registry. */
  readonly unlessKnown?: boolean
}

/**
 * Who to be where: `username` and `password` at `registry`, or at the one registry that the references name (Docker Hub
 * when there are several and it is one of them); and ghcr.io from the job's own token when nothing else is known of it.
 *
 * @throws ActionError `input-invalid` when it is not clear which registry the credentials are for
 */
export function planLogins(inputs: Inputs, references: readonly Reference[], actor: string): readonly Login[] {
  const registries = [...new Set(references.map(({ registry }) => registry))]
  const given = inputs.login ? [{ ...inputs.login, registry: registryOfLogin(inputs, registries) }] : []
  const token = inputs.githubToken
  const usesGhcr = registries.includes('ghcr.io') && !given.some(({ registry }) => registry === 'ghcr.io')
  return usesGhcr && token
    ? [...given, { registry: 'ghcr.io', username: actor, password: token, unlessKnown: true }]
    : given
}

function registryOfLogin(inputs: Inputs, registries: readonly string[]): string {
  if (inputs.registry) return inputs.registry.host
  const [only] = registries
  if (registries.length === 1 && only !== undefined) return only
  if (registries.length === 0 || registries.includes('docker.io')) return 'docker.io'
  throw new ActionError(
    'input-invalid',
    `Cannot tell which registry username and password are for: the image names are on ${registries.join(' and ')}`,
    { hint: 'Say it in `registry`.' },
  )
}
