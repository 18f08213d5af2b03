/**
 * One entry of the error list in an answer.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
 */
export type Fault = { readonly code: string; readonly message: string; readonly detail: string }

/** A connection that could not be established, or that was closed early. */
export type ConnectionFailure = {
  readonly kind: 'connection'
  /** Error code of Node.js, such as `ECONNRESET`. */
  readonly code: string
  readonly message: string
  readonly cause: unknown
  /** The proxy (`host:port`) that failed or rejected the connection. */
  readonly proxy?: string
}

/** An unexpected HTTP answer. */
export type AnswerFailure = {
  readonly kind: 'answer'
  readonly status: number
  /** The faults in the body, as far as it could be read. */
  readonly faults: readonly Fault[]
  readonly text: string
  /** Backoff in milliseconds that the server requests. */
  readonly retryAfter?: number
  /** Whether the registry authenticated the user, but the token lacks the scope. */
  readonly insufficientScope?: boolean
  /** Set if the next attempt differs, such as a smaller upload: the failure is then transient whatever its status. */
  readonly transient?: boolean
  /**
   * Whether a new token did not change the denial, or credentials are required but none are configured. A permanent
   * error.
   */
  readonly finalDenial?: boolean
}

/** The output of a program, or the message of an error. */
export type TextFailure = {
  readonly kind: 'text'
  /** The code of the error, if it has one: `registry-unavailable`. */
  readonly code?: string
  readonly text: string
}

/** The reason why a request to a registry, its token server or another server failed. */
export type HttpFailure = ConnectionFailure | AnswerFailure

/** The reason why an attempt failed. */
export type Failure = HttpFailure | TextFailure

/**
 * The codes with which eventually consistent registries, such as GHCR and Docker Hub, report content that was just
 * pushed.
 */
const unknownCodes = new Set(['BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN', 'MANIFEST_UNKNOWN'])

/** Whether the registry reports that the requested content, or content that a manifest refers to, does not exist. */
export function isUnknown(failure: Failure): boolean {
  if (failure.kind !== 'answer') return false
  const { faults, status } = failure
  return faults.length === 0 ? status === 404 : faults.some(({ code }) => unknownCodes.has(code))
}

/**
 * Whether the registry's storage is full. 507 is explicit; others describe it in their text. distribution 2.8.3 on a
 * full disk answers 500 UNKNOWN "unknown error", with the detail "write /…/data: no space left on device" if the disk
 * fills up during the upload, and
 * `{"DriverName":"filesystem","Enclosed":{"Op":"write","Path":"/…/startedat","Err":28}}` if it was full before: 28 is
 * ENOSPC (122 EDQUOT).
 */
export function isFull(failure: Failure): boolean {
  if (failure.kind !== 'answer') return false
  const { status, text } = failure
  if (status === 507) return true
  if (status < 400 || status === 401 || status === 429) return false
  return /no space left|ENOSPC|disk quota|quota (?:has been )?exceeded|exceed\w{0,3} (?:the )?(?:configured )?(?:upper limit|quota|storage)|storage limit|insufficient storage|"Err":\s*(?:28|122)\b/i.test(
    text,
  )
}
