import { limits } from './limits.ts'

/** Thrown for invalid or too deeply nested JSON. The message does not quote the text, which may hold a password. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

/**
 * Parses an external JSON document. A leading byte order mark is skipped.
 *
 * @throws JsonError if it is not valid JSON or is nested deeper than `limits.jsonDepth`: code that walks the value may recurse
 */
export function parseJson(text: string): unknown {
  const document = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (isDeeperThan(limits.jsonDepth, document)) {
    throw new JsonError(`it is nested deeper than ${limits.jsonDepth} levels`)
  }
  try {
    return JSON.parse(document)
  } catch {
    // V8's message quotes the text around the error.
    throw new JsonError(document.trim() === '' ? 'it is empty' : 'it is not valid JSON')
  }
}

/** Whether a JSON value is an object, not a list or null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the members of an external JSON object; undefined for any other text. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseJson(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Returns the value of `key` in an arbitrary JSON value; undefined if it does not exist. */
export function member(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, key)
    ? Reflect.get(object, key)
    : undefined
}

/** Returns the nesting depth: counts brackets outside of strings in one pass. */
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
