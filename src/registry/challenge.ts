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
  for (const [, word = '', quoted, plain] of header.matchAll(words)) {
    const name = word.toLowerCase()
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain
    if (value === undefined) challenges.push({ scheme: name, parameters: {} })
    else
      Object.defineProperty(challenges.at(-1)?.parameters ?? {}, name, { value, enumerable: true, configurable: true })
  }
  return challenges
}

/** The first challenge of a scheme. */
export function findChallenge(challenges: readonly Challenge[], scheme: string): Challenge | undefined {
  return challenges.find((challenge) => challenge.scheme === scheme)
}
