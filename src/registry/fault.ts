import { excerptOf } from '../bounds/excerpt.ts'
import { limits } from '../bounds/limits.ts'

/** One entry of a registry's error body. https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
export type RegistryFault = { readonly code: string; readonly message: string; readonly detail: string }

/**
 * The faults in the body of an answer, as far as it has any: `{"errors":[…]}` of registries, `{"error":…}` and `{"details":…}` of
 * token servers. A proxy's HTML page has none.
 */
export function parseFaults(text: string): readonly RegistryFault[] {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return []
  }
  if (!isRecord(body)) return []
  if (Array.isArray(body['errors'])) return body['errors'].filter(isRecord).map(toFault)
  // OAuth2: {"error":"invalid_grant","error_description":"…"}; Docker Hub's token server: {"details":"incorrect username or password"}.
  const { error, error_description: description, details, message } = body
  if ([error, details, message].every((value) => value === undefined)) return []
  return [{ code: asText(error), message: asText(description ?? details ?? message), detail: '' }]
}

/** The faults, or else the beginning of the text, on one line for a message; empty when there is nothing to say. */
export function describeFaults(faults: readonly RegistryFault[], text: string): string {
  if (faults.length > 0) return excerptOf(faults.map(describeFault).join('; '))
  const plain = text
    .slice(0, limits.excerpt)
    .replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return plain.length > 200 ? `${plain.slice(0, 200)}…` : plain
}

/** `DENIED: requested access to the resource is denied`; the detail only where the message does not say it. */
function describeFault({ code, message, detail }: RegistryFault): string {
  const parts = [code, message === code ? '' : message, code === 'UNKNOWN' || message === '' ? detail : '']
  return parts.filter((part) => part !== '').join(': ')
}

function toFault(value: Record<string, unknown>): RegistryFault {
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
