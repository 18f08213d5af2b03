import type { Identity, Inputs, LoginScope } from '../inputs/inputs.ts'
import type { Secret } from '../inputs/secret.ts'
import type { Reference } from '../oci/reference.ts'
import { isEcrHost } from '../registry/ecr-host.ts'

const dockerHub = 'docker.io'

/** The scope of credentials. */
type Where = {
  readonly registry: string
  /** Restricts the credentials to these requests. */
  readonly scope?: LoginScope | undefined
  /** Applies only if the user's own configuration has no credentials for this registry. */
  readonly unlessKnown?: boolean
}

/** The credentials of one registry. */
export type Login = Where & { readonly username: string; readonly password: Secret }

/** The settings for fetching the credentials of one registry. */
export type IdentityLogin = Where & {
  readonly identity: Identity
  /** The login is implicit: it is skipped if the environment has no keys. */
  readonly unasked?: true
}

/**
 * Returns the credentials of each registry: `username` and `password` for `registry` (default: Docker Hub, like `docker login`), and the
 * job's token for ghcr.io if no other credentials for it are known.
 */
export function planLogins(inputs: Inputs, references: readonly Reference[], actor: string): readonly Login[] {
  const single = inputs.login ? [{ ...inputs.login, registry: inputs.registry?.host ?? dockerHub }] : []
  const listed = inputs.logins.flatMap(({ registry, scope, means }) =>
    means.kind === 'password' ? [{ registry, scope, username: means.username, password: means.password }] : [],
  )
  const given: readonly Login[] = [...single, ...listed]
  const token = inputs.githubToken
  const usesGhcr = references.some(({ registry }) => registry === 'ghcr.io')
  const isGiven = given.some(({ registry, scope }) => registry === 'ghcr.io' && scope === undefined)
  return usesGhcr && token && !isGiven
    ? [...given, { registry: 'ghcr.io', username: actor, password: token, unlessKnown: true }]
    : given
}

/** Returns the registries whose credentials come from a cloud provider. An Amazon registry in `registry` or an image name needs no entry if the environment has keys. */
export function planIdentities(inputs: Inputs, references: readonly Reference[]): readonly IdentityLogin[] {
  const given: readonly IdentityLogin[] = inputs.logins.flatMap(({ registry, scope, means }) =>
    means.kind === 'password' ? [] : [{ registry, scope, identity: means }],
  )
  const named = new Set(inputs.logins.flatMap(({ registry, scope }) => (scope === undefined ? [registry] : [])))
  const hosts = [
    ...(inputs.login === undefined && inputs.registry ? [inputs.registry.host] : []),
    ...references.map(({ registry }) => registry),
  ]
  const others = new Set(hosts.filter((host) => isEcrHost(host) && !named.has(host)))
  const identity: Identity = {
    kind: 'aws',
    keys: undefined,
    role: undefined,
    region: undefined,
    createRepository: false,
  }
  return [
    ...given,
    ...[...others].map((registry) => ({ registry, identity, unlessKnown: true, unasked: true as const })),
  ]
}

/** Whether `username` is for Docker Hub only because `registry` is empty, and no image name is on Docker Hub, so that only a base image can be. */
export function needsHubBase(inputs: Pick<Inputs, 'login' | 'registry'>, references: readonly Reference[]): boolean {
  return (
    inputs.login !== undefined &&
    inputs.registry === undefined &&
    !references.some(({ registry }) => registry === dockerHub)
  )
}
