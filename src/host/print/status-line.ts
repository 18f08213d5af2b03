export type StatusLine = {
  /** Writes text of the log, in the place of the status line if one is shown. */
  readonly write: (text: string) => void
  /** Shows one line in the place of the last one, ten times a second at most. */
  readonly show: (text: string) => void
}

/** Where lines go: standard output, or what a test puts in its place. */
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
