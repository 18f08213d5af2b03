import { excerptOf } from '../../bounds/excerpt.ts'
import { messageOf } from '../../errors/action-error.ts'

/**
 * The content of a cache differs from its description. BuildKit ignores a cache whose list of steps it cannot read, but
 * trusts the list otherwise: it fetches layers only when another step or the export needs them, and fails then (0.32:
 * wrong bytes, truncated layers, layers missing in a registry).
 */
const wrongContent =
  /unexpected commit digest|short read: expected |failed commit on ref|unexpected EOF|missing descriptor handlers|could not fetch content descriptor sha256:|The cache import stalled/

/** Whether a build may have failed because of a cache that it read, or that did not respond. */
export function isCacheFailure(error: unknown): boolean {
  return wrongContent.test(excerptOf(messageOf(error)))
}
