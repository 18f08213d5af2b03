import { posix } from 'node:path'

/**
 * The part of a source up to its first wildcard, and the pattern from there on; no pattern without a wildcard.
 * The path is cleaned. An escape stays in the first part as it is, which BuildKit takes for a character of the name.
 */
export function splitWildcards(source: string): { readonly directory: string; readonly pattern?: string } {
  const parts = posix.join('/', source).replace(/\/$/, '').slice(1).split('/')
  const first = parts.findIndex((part) => /[*?[]/.test(part.replace(/\\./gsu, '')))
  if (first < 0) return { directory: parts.join('/') }
  return { directory: parts.slice(0, first).join('/'), pattern: parts.slice(first).join('/') }
}
