/**
 * Exit status for each error code, after sysexits(3): 75 (EX_TEMPFAIL) for transient errors,
 * 66 (EX_NOINPUT) for a missing input, 1 for the rest.
 */
const exitStatuses = {
  'input-invalid': 1,
  'context-not-found': 66,
  'context-unreadable': 66,
  'context-changed': 75,
  'path-invalid': 1,
  'archive-invalid': 1,
  'archive-unsupported': 1,
  'dockerfile-not-found': 66,
  'dockerfile-invalid': 1,
  'secret-not-found': 66,
  'download-failed': 75,
  'download-refused': 1,
  'image-not-found': 66,
  'builder-not-found': 66,
  'builder-denied': 1,
  'daemon-unreachable': 75,
  'buildx-missing': 1,
  'engine-too-old': 1,
  'engine-failed': 75,
  'feature-missing': 1,
  'platform-unsupported': 1,
  'platform-mismatch': 1,
  'secret-in-image': 1,
  'image-too-large': 1,
  'emulator-missing': 1,
  'emulator-crashed': 1,
  'out-of-memory': 75,
  'smoke-failed': 1,
  'gate-failed': 1,
  'build-failed': 1,
  'registry-unreachable': 75,
  'registry-unavailable': 75,
  'registry-unauthorized': 1,
  'registry-denied': 1,
  'registry-full': 75,
  'registry-refused': 1,
  'content-mismatch': 75,
  'tag-moved': 75,
  'tag-exists': 1,
  'legs-differ': 1,
  'ledger-failed': 75,
  'disk-full': 75,
  'output-unwritable': 1,
  'timed-out': 75,
  cancelled: 1,
  internal: 1,
} as const satisfies Record<string, 1 | 66 | 75>

export type ErrorCode = keyof typeof exitStatuses

/** A location in a user's file, for an annotation. Lines count from 1. */
export type Place = { readonly file: string; readonly line: number }

export type ErrorDetails = {
  /** How to fix it: one or more full sentences. */
  readonly hint?: string | undefined
  readonly place?: Place | undefined
  /** `os/arch[/variant]` if the error concerns one platform. */
  readonly platform?: string | undefined
  readonly cause?: unknown
}

/**
 * An error that the user can act on. `message` states the operation and the cause
 * ("Cannot push blob sha256:… to ghcr.io/a/b: the registry answered 403 DENIED"), `hint` how to fix it.
 */
export class ActionError extends Error {
  override readonly name = 'ActionError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly place: Place | undefined
  readonly platform: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.code = code
    this.hint = details.hint
    this.place = details.place
    this.platform = details.platform
  }

  /** Returns a copy of the error with the given fields replaced; `hint` is appended to the existing one. */
  with({ code, message, hint, place, platform, cause }: ErrorChanges): ActionError {
    const hints = [this.hint, hint].filter((one) => one !== undefined)
    return new ActionError(code ?? this.code, message ?? this.message, {
      hint: hints.length === 0 ? undefined : hints.join(' '),
      place: place ?? this.place,
      platform: platform ?? this.platform,
      cause: cause ?? this.cause,
    })
  }
}

export type ErrorChanges = ErrorDetails & { readonly code?: ErrorCode; readonly message?: string }

/** Whether a later run may succeed without a change. */
export function mayPassLater(code: ErrorCode): boolean {
  return exitStatus(code) === 75
}

/** Returns the process exit status for an error code. */
export function exitStatus(code: ErrorCode): 1 | 66 | 75 {
  // The exit status of a failure is never 0.
  return exitStatuses[code] ?? 1
}

/** Returns the message of any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Whether a file system error means that the disk is full. */
export function isDiskFull(thrown: unknown): boolean {
  const { code } = Object(thrown) as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** Returns any thrown value as an ActionError. Other errors are bugs and get the code `internal`. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown
  if (isDiskFull(thrown)) {
    return new ActionError('disk-full', `Cannot write the files of this step: ${messageOf(thrown)}`, {
      hint: 'Free some space on the disk of RUNNER_TEMP, or point it to another one.',
      cause: thrown,
    })
  }
  return new ActionError('internal', `Unexpected failure: ${messageOf(thrown)}`, {
    hint: 'This is a bug in Polyarch. Please open an issue and attach the debug log.',
    cause: thrown,
  })
}
