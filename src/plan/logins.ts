import type { Identity, Inputs, LoginScope } from '../inputs/inputs.ts'
import type { Secret } from '../inputs/secret.ts'
import type { Reference } from '../oci/reference.ts'
import { isEcrHost } from '../registry/ecr-host.ts'

const dockerHub = 'docker.io'

/** Where credentials count. */
type Where = {
  readonly registry: string
  /** Only for these requests. */
  readonly scope?: LoginScope | undefined
  /** Only when the user's own configuration has nothing for this registry. */
  readonly unlessKnown?: boolean
}

/** Who to be at one registry. */
export type Login = Where & { readonly username: string; readonly password: Secret }

/** What the credentials of one registry are fetched with. */
export type IdentityLogin = Where & {
  readonly identity: Identity
  /** Nobody asked for it: where the environment has no keys nothing is fetched. */
  readonly unasked?: true
}

/**
 * Who to be where: `username` and `password` at `registry`, or at Docker Hub without one, as `docker login` has it; and at ghcr.io from the
 * job's own token when nothing else is known of it.
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

/** The registries whose credentials come from a cloud. One of Amazon that `registry` or an image names needs no entry where the environment has keys. */
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

/** Whether `username` is for Docker Hub only because `registry` is empty, and no image name is on Docker Hub: then a base image must be. */
export function needsHubBase(inputs: Pick<Inputs, 'login' | 'registry'>, references: readonly Reference[]): boolean {
  return (
    inputs.login !== undefined &&
    inputs.registry === undefined &&
    !references.some(({ registry }) => registry === dockerHub)
  )
}
