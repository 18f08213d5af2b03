import { isObject, parseJson } from '../../bounds/json.ts'
import type { Fault } from '../../retry/failure.ts'

/**
 * Parses the faults in the body of an answer: `{"errors":[…]}` of registries, `{"error":…}` and `{"details":…}` of
 * token servers. Returns none for other bodies, such as a proxy's HTML page.
 */
export function parseFaults(text: string): readonly Fault[] {
  let body: unknown
  try {
    body = parseJson(text)
  } catch {
    return []
  }
  if (!isObject(body)) return []
  if (Array.isArray(body['errors'])) return body['errors'].filter(isObject).slice(0, mostFaults).map(toFault)
  // OAuth2: {"error":"invalid_grant","error_description":"…"}; Docker Hub's token server: {"details":"incorrect
  // username or password"}.
  const { error, error_description: description, details, message } = body
  if ([error, details, message].every((value) => value === undefined)) return []
  return [{ code: asText(error), message: asText(description ?? details ?? message), detail: '' }]
}

/** Maximum number of faults that are read from an answer. */
const mostFaults = 16
/** Maximum length in characters of a registry's message, or of a page in place of one. */
const longestText = 1_000
const longestPage = 200

/** Formats the faults, or else the beginning of the text, on one line for a message; empty if neither has content. */
export function describeFaults(faults: readonly Fault[], text: string): string {
  if (faults.length > 0) return cut(faults.map(describeFault).join('; '), longestText)
  return cut(withoutTags(text).replace(/\s+/g, ' ').trim(), longestPage)
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

/** Extracts the visible text of a page, without tags, head, scripts and styles. Runs in linear time on any page. */
function withoutTags(page: string): string {
  const pieces: string[] = []
  let hidden: string | undefined
  let at = 0
  for (const { 0: tag, 1: slash = '', 2: name = '', index } of page.matchAll(/<(\/?)([a-z]{0,16})[^<>]*>?/gi)) {
    if (hidden === undefined) pieces.push(page.slice(at, index), ' ')
    at = index + tag.length
    const lower = name.toLowerCase()
    if (hidden === undefined && slash === '' && ['script', 'style', 'head'].includes(lower)) hidden = lower
    else if (slash === '/' && lower === hidden) hidden = undefined
  }
  if (hidden === undefined) pieces.push(page.slice(at))
  return pieces.join('')
}

/**
 * Formats a fault: `DENIED: requested access to the resource is denied`. The detail is added only if the message does
 * not contain it.
 */
function describeFault({ code, message, detail }: Fault): string {
  const parts = [code, message === code ? '' : message, code === 'UNKNOWN' || message === '' ? detail : '']
  return parts.filter((part) => part !== '').join(': ')
}

function toFault(value: Readonly<Record<string, unknown>>): Fault {
  return {
    code: asText(value['code']).toUpperCase(),
    message: asText(value['message']),
    detail: asText(value['detail']),
  }
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
