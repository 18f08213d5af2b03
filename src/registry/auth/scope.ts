/** What a request does with a repository. */
export type Action = 'pull' | 'push'

/** `repository:acme/app:pull,push`. https://distribution.github.io/distribution/spec/auth/scope/ */
export type Scope = `repository:${string}:${string}`

/** Whether a token for `wider` is good for `scope`. */
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

/** The requests that a credential is for: those of `repository` ("" for all) that do all of `actions`. */
export type CredentialScope = { readonly repository: string; readonly actions: readonly string[] }

/**
 * The one of several credentials with scopes that is for a request: one for the repository rather than for all, then the one with the most
 * actions, as buildx chooses. https://github.com/docker/buildx/blob/v0.31.0/util/dockerutil/dockerconfig/configprovider.go
 */
export function mostSpecific<T extends { readonly scope: CredentialScope }>(
  credentials: readonly T[],
  { repository }: { readonly repository: string },
  action: Action,
): T | undefined {
  // Who pushes asks for a token to pull too.
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
