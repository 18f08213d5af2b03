import type { HttpFailure } from '../../retry/failure.ts'

/** In which way a blob is sent. */
export type Course = {
  /** Bytes of one request at most. */
  readonly pieceSize: number
  /** Whether PATCH may be used; else all goes with the PUT that ends the upload. */
  readonly patch: boolean
}

/** Bytes; what gateways with a limit take: Cloudflare 100 MB, many an nginx 10 MB. */
const smallPiece = 8 * 1024 * 1024
/** Bytes; GHCR's, which says so with 416: "exceeds the maximum permissible limit of 4.00MiB" (https://github.com/ocx-sh/ocx/pull/237). */
const smallestPiece = 4 * 1024 * 1024

/** What registries say of an upload they lost track of, or of content that came damaged. */
const lostCodes = new Set([
  'BLOB_UPLOAD_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'DIGEST_INVALID',
  'SIZE_INVALID',
  'RANGE_INVALID',
])

/** A request of an upload that was refused. */
export type RefusedPart = {
  /** Bytes of the blob. */
  readonly size: number
  /** The upload had broken off before, and was taken up again. */
  readonly resumed: boolean
  /** It was a PATCH that failed. */
  readonly patching: boolean
}

/**
 * The course for a new upload after a part of one was refused, or undefined when the refusal is not about the course: whether it is
 * transient or permanent is for the table to say.
 */
export function courseAfter(
  failure: HttpFailure,
  course: Course,
  { size, resumed, patching }: RefusedPart,
): Course | undefined {
  if (failure.kind === 'connection') return undefined
  // A new upload that a gateway knows no PATCH for: 501, or a 404 that says nothing.
  const noPatch = patching && !resumed && failure.faults.length === 0 && [404, 501].includes(failure.status)
  if (noPatch) return { ...course, patch: false }
  if (failure.status >= 500) return undefined
  const { status, faults } = failure
  if ([401, 403, 408, 425, 429].includes(status)) return undefined
  const sent = Math.min(size, course.pieceSize)
  if (status === 413 || (status === 416 && /too large|exceeds the maximum/i.test(failure.text))) {
    const pieceSize = [smallPiece, smallestPiece].find((smaller) => smaller < sent)
    return pieceSize === undefined ? undefined : { pieceSize, patch: true }
  }
  const gone = status === 404 && !faults.some(({ code }) => code === 'NAME_UNKNOWN')
  const lost = status === 416 || faults.some(({ code }) => lostCodes.has(code))
  if (gone || lost) return course
  return resumed || patching ? { ...course, patch: false } : undefined
}
