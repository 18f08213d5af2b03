import { excerptOf } from '../../bounds/excerpt.ts'
import { messageOf } from '../../errors/action-error.ts'

/**
 * Content that is not what a cache said of it. BuildKit ignores a cache whose list of steps it cannot read, and takes the steps on trust: it
 * fetches their layers only when another step or the export needs them, and fails then (0.32: wrong bytes, too few of them, none in a registry).
 */
const wrongContent =
  /unexpected commit digest|short read: expected |failed commit on ref|unexpected EOF|missing descriptor handlers|could not fetch content descriptor sha256:|The cache import stalled/

/** Whether a build may have failed from the content of a cache that it read, or waited for one that does not answer. */
export function isCacheFailure(error: unknown): boolean {
  return wrongContent.test(excerptOf(messageOf(error)))
}
