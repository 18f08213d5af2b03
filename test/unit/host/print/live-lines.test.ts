import { describe, expect, it } from 'vitest'
import { createLiveLines } from '../../../../src/host/print/live-lines.ts'

const esc = '\u001b'

/** Terminal control sequences and single characters. */
const pieces = new RegExp(`${esc}\\[\\??[0-9]*[A-Za-z]|[\\s\\S]`, 'g')
const movesUp = new RegExp(`^${esc}\\[(\\d+)A$`)

/** The screen after the output, with cursor movements carried out, and whether the cursor is visible. */
function screenOf(written: string) {
  const lines: string[] = ['']
  let row = 0
  let column = 0
  let cursor = true
  for (const [piece] of written.matchAll(pieces)) {
    const up = movesUp.exec(piece)
    if (up) row -= Number(up[1])
    else if (piece === `${esc}[J`) {
      lines.length = row + 1
      lines[row] = lines[row]?.slice(0, column) ?? ''
    } else if (piece === `${esc}[?25l`) cursor = false
    else if (piece === `${esc}[?25h`) cursor = true
    else if (piece === '\r') column = 0
    else if (piece === '\n') {
      row += 1
      column = 0
      lines[row] ??= ''
    } else {
      lines[row] = (lines[row]?.slice(0, column) ?? '') + piece
      column += 1
    }
  }
  return { lines, cursor }
}

function terminal({ columns = 80 } = {}) {
  let written = ''
  let time = 0
  let draw: (() => void) | undefined
  const live = createLiveLines({
    write: (text) => {
      written += text
    },
    columns: () => columns,
    now: () => time,
    repeat: (again) => {
      draw = again
      return () => {
        draw = undefined
      }
    },
    clean: (text) => text,
  })
  return {
    ...live,
    print: (text: string) =>
      live.above(() => {
        written += `${text}\n`
      }),
    after: (milliseconds: number) => {
      time += milliseconds
      draw?.()
    },
    isRepeating: () => draw !== undefined,
    screen: () => screenOf(written),
    raw: () => written,
  }
}

describe('createLiveLines()', () => {
  it('shows running steps, the longest first, with seconds, in place', () => {
    const shown = terminal()
    shown.print('Build linux/amd64')
    shown.watch(() => [
      { text: 'linux/arm64 2/7 COPY', since: 1000 },
      { text: 'linux/amd64 3/7 RUN make', since: 0 },
    ])
    shown.after(1500)
    shown.after(500)
    expect(shown.screen()).toEqual({
      lines: ['Build linux/amd64', '     2.0 s  linux/amd64 3/7 RUN make', '     1.0 s  linux/arm64 2/7 COPY'],
      cursor: false,
    })
  })

  it('writes finished text above, and redraws below it', () => {
    const shown = terminal()
    shown.watch(() => [{ text: 'RUN make', since: 0 }])
    shown.after(1000)
    shown.print('warning: something')
    expect(shown.screen()).toEqual({ lines: ['warning: something', ''], cursor: true })
    shown.after(1000)
    expect(shown.screen().lines).toEqual(['warning: something', '     2.0 s  RUN make'])
  })

  it('erases everything and shows the cursor when no step is running', () => {
    const shown = terminal()
    const stop = shown.watch(() => [{ text: 'RUN make', since: 0 }])
    shown.after(1000)
    stop()
    expect(shown.screen()).toEqual({ lines: [''], cursor: true })
    expect(shown.isRepeating()).toBe(false)
  })

  it('shows the cursor when it is closed during the work, and draws nothing afterwards', () => {
    const shown = terminal()
    shown.watch(() => [{ text: 'RUN make', since: 0 }])
    shown.after(1000)
    shown.close()
    const before = shown.raw()
    shown.after(1000)
    shown.status('1 of 9')
    expect(shown.screen()).toEqual({ lines: [''], cursor: true })
    expect(shown.raw()).toBe(before)
    expect(shown.isRepeating()).toBe(false)
  })

  it('shows at most six lines, and the number of the others', () => {
    const shown = terminal()
    shown.watch(() => Array.from({ length: 20 }, (_, at) => ({ text: `step ${at}`, since: at })))
    shown.after(1000)
    expect(shown.screen().lines).toHaveLength(7)
    expect(shown.screen().lines.at(-1)?.trim()).toBe('and 14 more steps')
  })

  it('never wraps: lines are cut at the width of the terminal, and wide characters count as two', () => {
    const shown = terminal({ columns: 30 })
    shown.watch(() => [
      { text: 'x'.repeat(100), since: 0 },
      { text: '漢'.repeat(100), since: 0 },
    ])
    shown.after(0)
    const [plain = '', wide = ''] = shown.screen().lines
    expect(plain).toHaveLength(29)
    expect(12 + 2 * (wide.length - 12)).toBeLessThanOrEqual(29)
    expect(terminal({ columns: 0 }).screen().lines).toEqual([''])
  })

  it('shows a status until text follows', () => {
    const shown = terminal()
    shown.status('Reading layers: 1 MB of 2 MB')
    shown.after(100)
    expect(shown.screen().lines).toEqual(['Reading layers: 1 MB of 2 MB'])
    shown.print('done')
    shown.after(100)
    expect(shown.screen().lines).toEqual(['done', ''])
    expect(shown.isRepeating()).toBe(false)
  })
})
