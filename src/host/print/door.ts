import { harmless, splitLines } from './harmless.ts'
import { createRedactor, type Redactor } from './redact.ts'

/** What text is cut at; characters, but for `lines`. */
export type TextBounds = {
  readonly line: number
  readonly lines: number
  /** Of all lines together. */
  readonly total: number
}

/** Sanitizes all text for a log, an annotation, an output on standard output or a summary. */
export type Door = {
  /** See {@link Redactor}. */
  readonly hide: Redactor['hide']
  /** Returns the lines of a text without secrets and without a command to the runner, as far as `bounds` allow; at least one line. */
  readonly lines: (text: string, bounds: TextBounds) => readonly string[]
  /** Returns the text without secrets, otherwise unchanged. */
  readonly redact: Redactor['redact']
}

/** Creates the one door for text of a process. */
export function createDoor(): Door {
  const { hide, redact, longest } = createRedactor()

  /** The start of the text, redacted: the rest of it is not even searched. */
  const start = (text: string, most: number): string => {
    if (text.length <= most + longest()) return redact(text)
    // A secret that the cut goes through is not found, so as many characters as it may have are dropped.
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
        // What was cut out of the middle of a secret makes it whole.
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
  // Not between the two halves of a character.
  const end = /[\ud800-\udbff]/.test(line[most - 1] ?? '') ? most - 1 : most
  return `${line.slice(0, Math.max(0, end))}… (cut, ${line.length} characters)`
}
