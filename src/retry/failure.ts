/** One entry of the error list in an answer. https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
export type Fault = { readonly code: string; readonly message: string; readonly detail: string }

/** A connection that could not be made, or that ended too early. */
export type ConnectionFailure = {
  readonly kind: 'connection'
  /** Node's: `ECONNRESET`. */
  readonly code: string
  readonly message: string
  readonly cause: unknown
  /** The proxy (`host:port`) that failed, or that refused to go on. */
  readonly proxy?: string
}

/** An HTTP answer other than the one that was wanted. */
export type AnswerFailure = {
  readonly kind: 'answer'
  readonly status: number
  /** What the body says, as far as it could be read. */
  readonly faults: readonly Fault[]
  readonly text: string
  /** Milliseconds the server asks to wait. */
  readonly retryAfter?: number
  /** The registry knows the user, but the token lacks the scope. */
  readonly insufficientScope?: boolean
  /** Set where the next attempt does something else, such as a smaller upload: the table need not know the status. */
  readonly transient?: boolean
  /** A denial that a fresh token did not change, or that requires credentials when none are configured. A permanent error. */
  readonly finalDenial?: boolean
}

/** What a program printed, or the message of an error. */
export type TextFailure = {
  readonly kind: 'text'
  /** The code of the error, if it has one: `registry-unavailable`. */
  readonly code?: string
  readonly text: string
}

/** Why one request to a registry, its token server or another server did not succeed. */
export type HttpFailure = ConnectionFailure | AnswerFailure

/** Why one attempt did not succeed. */
export type Failure = HttpFailure | TextFailure

/** What registries with lagging storage say of content that was pushed a moment ago; GHCR and Docker Hub do. */
const unknownCodes = new Set(['BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN', 'MANIFEST_UNKNOWN'])

/** Whether the registry reports that the requested content, or content that a manifest refers to, does not exist. */
export function isUnknown(failure: Failure): boolean {
  if (failure.kind !== 'answer') return false
  const { faults, status } = failure
  return faults.length === 0 ? status === 404 : faults.some(({ code }) => unknownCodes.has(code))
}

/**
 * Whether the registry has no room. 507 says so; the others say it in words. distribution 2.8.3 on a full disk answers 500 UNKNOWN
 * "unknown error", with the detail "write /…/data: no space left on device" when the disk fills up during the upload, and
 * `{"DriverName":"filesystem","Enclosed":{"Op":"write","Path":"/…/startedat","Err":28}}` when it was full before: 28 is ENOSPC (122 EDQUOT).
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
