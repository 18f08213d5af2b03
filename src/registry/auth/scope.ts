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
