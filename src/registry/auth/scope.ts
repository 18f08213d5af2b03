/** The access to a repository that a request needs. */
export type Action = 'pull' | 'push'

/**
 * A token scope such as `repository:acme/app:pull,push`. https://distribution.github.io/distribution/spec/auth/scope/
 */
export type Scope = `repository:${string}:${string}`

/** Whether a token for `wider` includes `scope`. */
export function covers(wider: string, scope: string): boolean {
  if (wider === scope) return true
  const [one, other] = [wider.lastIndexOf(':'), scope.lastIndexOf(':')]
  if (wider.slice(0, one) !== scope.slice(0, other)) return false
  const actions = wider.slice(one + 1).split(',')
  return scope
    .slice(other + 1)
    .split(',')
    .every((action) => actions.includes(action))
}

/** The requests that a credential is for: those of `repository` ("" for all) that need all of `actions`. */
export type CredentialScope = { readonly repository: string; readonly actions: readonly string[] }

/**
 * Selects the credential for a request from several with scopes: one for the repository before one for all, then the
 * one with the most actions, as in buildx.
 * https://github.com/docker/buildx/blob/v0.31.0/util/dockerutil/dockerconfig/configprovider.go
 */
export function mostSpecific<T extends { readonly scope: CredentialScope }>(
  credentials: readonly T[],
  { repository }: { readonly repository: string },
  action: Action,
): T | undefined {
  // Tokens for a push also include pull.
  const done: readonly string[] = action === 'push' ? ['pull', 'push'] : ['pull']
  return credentials
    .filter(({ scope }) => scope.repository === '' || scope.repository === repository)
    .filter(({ scope }) => scope.actions.every((one) => done.includes(one)))
    .toSorted(
      (a, b) =>
        Number(b.scope.repository !== '') - Number(a.scope.repository !== '') ||
        b.scope.actions.length - a.scope.actions.length,
    )[0]
}
