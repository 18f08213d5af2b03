import { nearest } from '../../text/nearest.ts'

// Every finding may ask, and a Dockerfile may have thousands of each.
const mostNames = 200

/** ` (did you mean NAME?)` for the end of a message, where one of the names that are known is near. */
export function guess(name: string, known: ReadonlySet<string> | ReadonlyMap<string, unknown>, sign = ''): string {
  const near = known.size > mostNames ? undefined : nearest(name, known.keys())
  return near === undefined ? '' : ` (did you mean ${sign}${near}?)`
}
