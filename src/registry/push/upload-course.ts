import type { HttpFailure } from '../../retry/failure.ts'

/** How a blob is uploaded. */
export type Course = {
  /** Maximum size of one request in bytes. */
  readonly pieceSize: number
  /** Whether PATCH may be used. Otherwise the PUT that completes the upload sends all content. */
  readonly patch: boolean
}

/** Chunk size in bytes that gateways with a limit accept: 100 MB at Cloudflare, 10 MB at many nginx proxies. */
const smallPiece = 8 * 1024 * 1024
/**
 * GHCR's limit in bytes, which it reports with 416: "exceeds the maximum permissible limit of 4.00MiB"
 * (https://github.com/ocx-sh/ocx/pull/237).
 */
const smallestPiece = 4 * 1024 * 1024

/** The codes for an upload that the registry lost, or for corrupted content. */
const lostCodes = new Set([
  'BLOB_UPLOAD_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'DIGEST_INVALID',
  'SIZE_INVALID',
  'RANGE_INVALID',
])

/** A rejected request of an upload. */
export type RefusedPart = {
  /** Size of the blob in bytes. */
  readonly size: number
  /** Whether the upload was resumed after an interruption. */
  readonly resumed: boolean
  /** Whether the failed request was a PATCH. */
  readonly patching: boolean
}

/**
 * Returns the course of a new upload after a request was rejected, or undefined if another course would not help: the
 * table then classifies the failure as transient or permanent.
 */
export function courseAfter(
  failure: HttpFailure,
  course: Course,
  { size, resumed, patching }: RefusedPart,
): Course | undefined {
  if (failure.kind === 'connection') return undefined
  // A gateway that does not support PATCH for a new upload: 501, or a 404 without a fault.
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
