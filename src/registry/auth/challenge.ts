/** One challenge of a `WWW-Authenticate` header; scheme and parameter names in lower case. */
export type Challenge = { readonly scheme: string; readonly parameters: Readonly<Record<string, string>> }

/**
 * The challenges in the values of `WWW-Authenticate`, joined with commas or not. Never throws: what is malformed is passed over.
 * https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  // A word alone begins a challenge; `name=value` belongs to the challenge begun last. Commas separate both, so they say nothing.
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

/** A scope without quotes ends at its first comma: `scope=repository:a/b:pull,push`. It gets its quotes back. */
function rejoined(header: string): string {
  const actions = '(?:pull|push|delete|\\*)'
  return header.replace(
    new RegExp(`(^|[\\s,])(scope=)(\\w+:[^\\s,"]{1,512}:${actions}(?:,${actions})*)(?=[\\s,]|$)`, 'gi'),
    '$1$2"$3"',
  )
}

/** The most scopes of a challenge that are asked for. */
const mostScopes = 8

/**
 * The scopes that a challenge names, as far as they are well-formed. Gateways that rewrite paths name the repository as the
 * registry behind them knows it: https://github.com/oras-project/oras-go/issues/650
 */
export function scopesOf({ parameters }: Challenge): readonly string[] {
  const wellFormed =
    /^[a-z]{1,64}(?:\([a-z0-9-]{1,64}\))?:[\w./:-]{1,512}:(?:[a-z]{1,32}|\*)(?:,(?:[a-z]{1,32}|\*)){0,8}$/
  const words = (parameters['scope'] ?? '').split(' ', 64)
  return words.filter((scope) => wellFormed.test(scope)).slice(0, mostScopes)
}

/** The first challenge of a scheme. */
export function findChallenge(challenges: readonly Challenge[], scheme: string): Challenge | undefined {
  return challenges.find((challenge) => challenge.scheme === scheme)
}
