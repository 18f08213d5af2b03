import { stripVTControlCharacters } from 'node:util'

/** Returns the lines of a container's output, without control sequences of terminals. An end of line at the end of the text is not one more line. */
export function logLines(text: Buffer): readonly string[] {
  if (text.length === 0) return []
  const whole = text.at(-1) === 0x0a ? text.subarray(0, -1) : text
  return whole
    .toString('utf8')
    .split(/\r?\n|\r(?!$)/)
    .map((line) => stripVTControlCharacters(line.replace(/\r$/, '')))
}
