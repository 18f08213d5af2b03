import { nearest } from '../../text/nearest.ts'

// Every finding may need a suggestion, and a Dockerfile may have thousands of findings and names.
const mostNames = 200

/** Returns ` (did you mean NAME?)` for the end of a message if a known name is similar, else "". */
export function guess(name: string, known: ReadonlySet<string> | ReadonlyMap<string, unknown>, sign = ''): string {
  const near = known.size > mostNames ? undefined : nearest(name, known.keys())
  return near === undefined ? '' : ` (did you mean ${sign}${near}?)`
}
