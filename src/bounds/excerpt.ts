import { limits } from './limits.ts'

/** Replaces the omitted part. */
const gap = '…'

/**
 * Returns the part of an external text that patterns are matched with: all of it up to `most` characters, else its beginning and, three times
 * as much, its end. A pattern may take time that grows with the square of a text, and a build can print a line of megabytes.
 */
export function excerptOf(text: string, most: number = limits.excerpt): string {
  if (text.length <= most) return text
  const head = Math.floor(most / 4)
  return `${text.slice(0, head)}${gap}${text.slice(text.length - (most - head - gap.length))}`
}
