import type { Readable } from 'node:stream'
import { limits } from './limits.ts'

/**
 * Calls `onLine` with each line of a text stream, without its line ending: `\n`, `\r\n`, or the lone `\r` of progress displays.
 * A line without an end is passed in pieces of `limits.openLine` characters.
 */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let open = ''
  stream.on('data', (part: string | Buffer) => {
    const lines = `${open}${part}`.split(/\r\n|\n|\r(?=[^\n])/)
    // A trailing carriage return may be the first half of `\r\n`.
    open = lines.pop() ?? ''
    for (const line of lines) onLine(line)
    while (open.length > limits.openLine) {
      onLine(open.slice(0, limits.openLine))
      open = open.slice(limits.openLine)
    }
  })
  stream.once('close', () => {
    if (open !== '') onLine(open.replace(/\r$/, ''))
  })
}
