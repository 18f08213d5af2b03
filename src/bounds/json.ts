import { limits } from './limits.ts'

/** The text is not JSON that is read here. The message quotes nothing of it: it may hold a password. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

/**
 * The value of a JSON document from outside. A byte order mark in front is skipped.
 *
 * @throws JsonError when it is not valid JSON, or nested deeper than `limits.jsonDepth`: code that walks the value may recurse
 */
export function parseJson(text: string): unknown {
  const document = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (isDeeperThan(limits.jsonDepth, document)) {
    throw new JsonError(`it is nested deeper than ${limits.jsonDepth} levels`)
  }
  try {
    return JSON.parse(document)
  } catch {
    // The message of V8 quotes what surrounds the mistake.
    throw new JsonError(document.trim() === '' ? 'it is empty' : 'it is not valid JSON')
  }
}

/** Whether a value of a JSON document is an object, and not a list or null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of a JSON object from outside; undefined for any other text. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseJson(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The value of `object` under `key`, of a document that may be anything; undefined where it has none. */
export function member(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, key)
    ? Reflect.get(object, key)
    : undefined
}

/** Counts brackets outside of strings, in one pass. */
function isDeeperThan(most: number, text: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (inString) {
      if (code === backslash) at += 1
      else if (code === quote) inString = false
    } else if (code === quote) inString = true
    else if (code === openBrace || code === openBracket) {
      depth += 1
      if (depth > most) return true
    } else if (code === closeBrace || code === closeBracket) depth -= 1
  }
  return false
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d]
