import type { Readable } from 'node:stream'
import { limits } from './limits.ts'

/**
 * Calls `onLine` with each line of a stream of text, without what ends it: `\n`, `\r\n`, or `\r` alone, with which programs show progress.
 * A line that does not end is given in pieces of `limits.openLine` characters.
 */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let open = ''
  stream.on('data', (part: string | Buffer) => {
    const lines = `${open}${part}`.split(/\r\n|\n|\r(?=[^\n])/)
    // A carriage return at the end may be half of a line end.
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
