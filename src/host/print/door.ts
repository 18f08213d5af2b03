import { harmless, splitLines } from './harmless.ts'
import { createRedactor, type Redactor } from './redact.ts'

/** The limits for text, in characters except for `lines`. */
export type TextBounds = {
  readonly line: number
  readonly lines: number
  /** The total of all lines. */
  readonly total: number
}

/** Sanitizes all text for a log, an annotation, an output on standard output or a summary. */
export type Door = {
  /** See {@link Redactor}. */
  readonly hide: Redactor['hide']
  /** Returns the lines of a text, without secrets and runner commands, truncated to `bounds`; at least one line. */
  readonly lines: (text: string, bounds: TextBounds) => readonly string[]
  /** Returns the text without secrets, otherwise unchanged. */
  readonly redact: Redactor['redact']
}

/** Creates the sanitizer for all text of a process. */
export function createDoor(): Door {
  const { hide, redact, longest } = createRedactor()

  /** Redacts the start of the text; the rest is not searched. */
  const start = (text: string, most: number): string => {
    if (text.length <= most + longest()) return redact(text)
    // A secret across the cut is not found, so the length of the longest secret is dropped before the cut.
    const found = redact(text.slice(0, most + longest()))
    return found.slice(0, Math.max(0, found.length - longest()))
  }

  return {
    hide,
    redact,
    lines: (text, { line: longestLine, lines: most, total }) => {
      const all = splitLines(start(text, total + longestLine))
      const result: string[] = []
      let left = total
      for (const line of all.slice(0, most)) {
        const kept = cut(line, Math.min(longestLine, left))
        const safe = harmless(kept)
        // Removing characters from the middle of a secret restores it.
        result.push(safe === kept ? kept : redact(safe))
        left -= kept.length
        if (left <= 0) break
      }
      const rest = all.length - result.length
      if (rest > 0) result.push(`… (${rest} more line${rest === 1 ? '' : 's'})`)
      return result
    },
  }
}

function cut(line: string, most: number): string {
  if (line.length <= most) return line
  // Does not split a surrogate pair.
  const end = /[\ud800-\udbff]/.test(line[most - 1] ?? '') ? most - 1 : most
  return `${line.slice(0, Math.max(0, end))}… (cut, ${line.length} characters)`
}
