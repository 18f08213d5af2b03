import type { Activity } from '../host.ts'

export type LiveLines = {
  /** Writes finished text above the live lines. `write` is the function of the stream. */
  readonly above: (write: () => void) => void
  /** Shows one line until the next one, or until text is written above it. */
  readonly status: (text: string) => void
  /** Shows activities until the returned function is called. */
  readonly watch: (running: () => readonly Activity[]) => () => void
  /** Erases the lines and shows the cursor again. Later calls draw nothing. */
  readonly close: () => void
}

export type LiveOptions = {
  readonly write: (text: string) => void
  /** The current number of columns. Some terminals report 0. */
  readonly columns: () => number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Calls `draw` periodically until the returned function is called. */
  readonly repeat: (draw: () => void) => () => void
  /** Sanitizes one line of text. */
  readonly clean: (text: string) => string
}

/** The number of activities that are shown; others are only counted. */
const mostShown = 6

/** Shows activities in lines at the end of a terminal's output, redrawn in place. The cursor is hidden while lines are shown. */
export function createLiveLines({ write, columns, now, repeat, clean }: LiveOptions): LiveLines {
  const sources = new Set<() => readonly Activity[]>()
  let status = ''
  let drawn = 0
  let closed = false
  let stopRepeat: (() => void) | undefined

  const erasing = (): string => {
    // Moves to the first column of the first live line, and erases to the end of the screen.
    const text = drawn === 0 ? '' : `${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\r\u001b[J`
    drawn = 0
    return text
  }

  const linesNow = (): readonly string[] => {
    const running = [...sources].flatMap((source) => source()).sort((a, b) => a.since - b.since)
    const shown = running.slice(0, mostShown).map(({ text, since }) => {
      return `  ${Math.max(0, (now() - since) / 1000)
        .toFixed(1)
        .padStart(6)} s  ${clean(text)}`
    })
    const more = running.length - shown.length
    return [
      ...shown,
      ...(more > 0 ? [`            and ${more} more step${more === 1 ? '' : 's'}`] : []),
      ...(status === '' ? [] : [clean(status)]),
    ]
  }

  const draw = (): void => {
    if (closed) return
    const width = (columns() || 80) - 1
    const lines = linesNow().map((line) => fitting(line, width))
    const before = drawn > 0
    const erase = erasing()
    if (lines.length === 0) {
      if (before) write(`${erase}${showCursor}`)
      return
    }
    write(`${before ? '' : hideCursor}${erase}${lines.join('\n')}`)
    drawn = lines.length
  }

  const begin = (): void => {
    if (!closed) stopRepeat ??= repeat(draw)
  }

  const rest = (): void => {
    if (sources.size > 0 || status !== '') return
    stopRepeat?.()
    stopRepeat = undefined
  }

  return {
    above: (writeText) => {
      if (drawn > 0) write(`${erasing()}${showCursor}`)
      status = ''
      writeText()
      rest()
    },
    status: (text) => {
      status = text
      begin()
    },
    watch: (running) => {
      sources.add(running)
      begin()
      return () => {
        sources.delete(running)
        draw()
        rest()
      }
    },
    close: () => {
      if (drawn > 0) write(`${erasing()}${showCursor}`)
      closed = true
      stopRepeat?.()
    },
  }
}

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'

/** Returns the start of a line that fits. A wrapped line could not be erased, so a non-ASCII character counts as two columns. */
function fitting(line: string, width: number): string {
  let used = 0
  let end = 0
  for (const character of line) {
    used += character > '~' ? 2 : 1
    if (used > width) break
    end += character.length
  }
  return line.slice(0, end)
}
