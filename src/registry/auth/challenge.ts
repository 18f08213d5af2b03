/** One challenge of a `WWW-Authenticate` header, with lowercase scheme and parameter names. */
export type Challenge = { readonly scheme: string; readonly parameters: Readonly<Record<string, string>> }

/**
 * Parses the challenges in the values of `WWW-Authenticate`, joined with commas or not. Never throws: malformed parts
 * are ignored. https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  // A word without `=` begins a challenge; `name=value` belongs to the current one. Commas separate both, so they are
  // ignored.
  const words = /([\w!#$%&'*+.^`|~-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g
  for (const [, word = '', quoted, plain] of rejoined(header).matchAll(words)) {
    const name = word.toLowerCase()
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain?.replace(/^'(.*)'$/, '$1')
    if (value === undefined) challenges.push({ scheme: name, parameters: {} })
    else
      Object.defineProperty(challenges.at(-1)?.parameters ?? {}, name, { value, enumerable: true, configurable: true })
  }
  return challenges
}

/**
 * Restores the quotes of an unquoted scope, which would otherwise end at its first comma:
 * `scope=repository:a/b:pull,push`.
 */
function rejoined(header: string): string {
  const actions = '(?:pull|push|delete|\\*)'
  return header.replace(
    new RegExp(`(^|[\\s,])(scope=)(\\w+:[^\\s,"]{1,512}:${actions}(?:,${actions})*)(?=[\\s,]|$)`, 'gi'),
    '$1$2"$3"',
  )
}

/** Maximum number of scopes of a challenge that are requested. */
const mostScopes = 8

/**
 * Returns the well-formed scopes of a challenge. Gateways that rewrite paths use the repository name of the registry
 * behind them: https://github.com/oras-project/oras-go/issues/650
 */
export function scopesOf({ parameters }: Challenge): readonly string[] {
  const wellFormed =
    /^[a-z]{1,64}(?:\([a-z0-9-]{1,64}\))?:[\w./:-]{1,512}:(?:[a-z]{1,32}|\*)(?:,(?:[a-z]{1,32}|\*)){0,8}$/
  const words = (parameters['scope'] ?? '').split(' ', 64)
  return words.filter((scope) => wellFormed.test(scope)).slice(0, mostScopes)
}

/** Returns the first challenge of a scheme. */
export function findChallenge(challenges: readonly Challenge[], scheme: string): Challenge | undefined {
  return challenges.find((challenge) => challenge.scheme === scheme)
}
