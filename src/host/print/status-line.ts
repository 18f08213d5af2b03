export type StatusLine = {
  /** Writes log text, in place of the status line if one is shown. */
  readonly write: (text: string) => void
  /** Replaces the status line, at most ten times per second. */
  readonly show: (text: string) => void
}

/** The destination of the lines: standard output, or a substitute in tests. */
export type Terminal = {
  readonly write: (text: string) => void
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Milliseconds. */
const showEvery = 100

/**
 * A line at the end of a terminal's output that shows progress. Does nothing if standard output is not a terminal, and on
 * GitHub's runners, whose logs keep every line.
 */
export function createStatusLine(
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>>,
  now: () => number,
): StatusLine {
  const shows = terminal.isTTY === true && env['GITHUB_ACTIONS'] !== 'true' && !env['CI'] && env['TERM'] !== 'dumb'
  let shown = false
  let last = Number.NEGATIVE_INFINITY
  return {
    write: (text) => {
      // Back to the first column, and erase to the end of the line.
      if (shown) terminal.write('\r\u001b[K')
      shown = false
      terminal.write(text)
    },
    show: (text) => {
      if (!shows || now() - last < showEvery) return
      last = now()
      shown = true
      // A line that wraps could not be erased. Some terminals say that they have no columns.
      terminal.write(`\r\u001b[K${text.slice(0, (terminal.columns || 80) - 1)}`)
    },
  }
}
