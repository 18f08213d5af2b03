import { longestPattern, type Pattern, shortestPattern } from './find-patterns.ts'

/** A secret to search for, and its description, which never contains the secret. */
export type Needle = { readonly role: string; readonly text: string }

/** Maximum number of lines of a secret that are searched separately. */
const mostParts = 64

/**
 * Returns the byte sequences to search for `text`: itself, trimmed, as JSON, and its Base64 at each of the three
 * possible alignments. For a text of several lines, also each part that looks like a key or a token. Returns none for a
 * text that is too short or for which `isOrdinary` holds.
 */
export function patternsOf(text: string): readonly Pattern[] {
  const value = text.trim()
  const lines = value.split(/\r?\n/)
  if (lines.length === 1) return isOrdinary(value) ? [] : encodingsOf(value)
  const parts = lines.flatMap((line) => line.split(/[\s"'`,;=:\\]+/)).filter(looksRandom)
  const [first] = parts
  // A text of several lines is longer than a pattern may be, and may begin with a comment: the reported pattern is the
  // part with a token.
  const start = first === undefined ? 0 : Math.max(0, Math.min(value.indexOf(first), value.length - longestPattern))
  const whole = value.slice(start)
  return [
    ...(first === undefined && isProse(value) ? [] : encodingsOf(whole)),
    ...parts.slice(0, mostParts).map((part) => cut(Buffer.from(part))),
  ]
}

function encodingsOf(text: string): readonly Pattern[] {
  const bytes = Buffer.from(text)
  if (bytes.length < shortestPattern) return []
  const forms = new Set([text, ...jsonOf(text)])
  return [
    ...[...forms].map((form) => cut(Buffer.from(form))),
    ...[0, 1, 2].flatMap((before) => base64Of(bytes, before)),
  ]
}

/** Returns the forms of a text in JSON documents: as JavaScript writes it, and as Go does (BuildKit's attestations). */
function jsonOf(text: string): readonly string[] {
  const plain = JSON.stringify(text).slice(1, -1)
  const escapes: Readonly<Record<string, string>> = { '&': '\\u0026', '<': '\\u003c', '>': '\\u003e' }
  return [plain, plain.replaceAll(/[&<>]/g, (character) => escapes[character] ?? character)]
}

/**
 * Returns the part of a longer text's Base64 that depends on `bytes` alone, if `before` bytes of their first group of
 * three are unknown; in both alphabets if these differ.
 */
function base64Of(bytes: Buffer, before: number): readonly Pattern[] {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
  const start = Math.ceil((before * 4) / 3)
  const text = encoded.slice(start, Math.floor(((before + bytes.length) * 4) / 3))
  const urlSafe = text.replaceAll('+', '-').replaceAll('/', '_')
  return (text === urlSafe ? [text] : [text, urlSafe]).map((one) => cut(Buffer.from(one)))
}

function cut(bytes: Buffer): Pattern {
  return bytes.subarray(0, longestPattern)
}

/**
 * Whether a text also occurs in images without secrets: words, a number, a version, a host name, a path or a URL
 * without credentials. Such values are also passed as secrets, and an image may contain them legitimately.
 */
export function isOrdinary(text: string): boolean {
  return (
    text.length < shortestPattern ||
    (text.length < 24 && /^(?:(?:\p{L}+|\d{1,4}[a-z]?)(?:[\s._,:/@-]+|$))+$/u.test(text)) ||
    /^[\d\s.,:+-]*$/.test(text) ||
    /^v?\d+\.\d+[\w.+-]{0,12}$/.test(text) ||
    isPath(text) ||
    isAddress(text)
  )
}

function isPath(text: string): boolean {
  return (
    /^(?:\.{0,2}|~|[A-Za-z]:)[/\\][\w.@ /\\-]*$/.test(text) &&
    /[/\\].*[/\\]|\.\w{1,5}$/.test(text) &&
    !/[A-Za-z0-9+]{32}/.test(text)
  )
}

/** Whether a text is a host name, an e-mail address or a URL, without credentials or a part that looks like a token. */
function isAddress(text: string): boolean {
  const [, credentials = '', rest = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^@/\s]*@)?(.*)$/i.exec(text) ?? []
  if (credentials.includes(':')) return false
  if (!/^(?:[a-z0-9_-]+\.)+[a-z]{2,24}(?::\d+)?(?:[/?#]\S*)?$|^localhost(?::\d+)?(?:[/?#]\S*)?$/i.test(rest))
    return false
  return !rest.split(/[/?#&=.]/).some(looksRandom)
}

/** Whether nothing in a text looks like a key: it may be a license, or a list of words. */
function isProse(text: string): boolean {
  return text.split(/\s+/).every((word) => isOrdinary(word))
}

/** Whether a word looks generated: at least 16 characters, of several kinds, none of them frequent. */
export function looksRandom(word: string): boolean {
  if (!/^[A-Za-z0-9+/_.~=-]{16,}$/.test(word)) return false
  if (/^[0-9a-f]{32,}$|^[0-9A-F]{32,}$/.test(word)) return distinct(word) >= 8
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(word)).length
  if (/^(?:[a-z0-9-]+\.)+[a-z]{2,}/.test(word)) return false
  return (
    (kinds === 3 && distinct(word) >= 10) ||
    (kinds === 2 && /^[a-z0-9]{24,}$|^[A-Z0-9]{24,}$/.test(word) && distinct(word) >= 12)
  )
}

function distinct(word: string): number {
  return new Set(word).size
}
