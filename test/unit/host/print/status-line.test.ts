import { describe, expect, test } from 'vitest'
import { createStatusLine } from '../../../../src/host/print/status-line.ts'

/** A terminal that keeps its visible screen: one line of text for each line written, without erased lines. */
function screenOf(options: { readonly isTTY?: boolean; readonly env?: Record<string, string>; columns?: number } = {}) {
  let written = ''
  let time = 0
  const terminal = {
    isTTY: options.isTTY ?? true,
    columns: options.columns ?? 40,
    write: (text: string) => {
      written += text
    },
  }
  const line = createStatusLine(terminal, options.env ?? {}, () => time)
  return {
    ...line,
    wait: (milliseconds: number) => {
      time += milliseconds
    },
    raw: () => written,
    screen: () => written.split('\r\u001b[K').reduce((seen, text) => seen.replace(/[^\n]*$/, '') + text),
  }
}

describe('createStatusLine()', () => {
  test('shows only the last line', () => {
    const { show, wait, screen } = screenOf()
    show('1 of 9')
    wait(100)
    show('2 of 9')
    expect(screen()).toBe('2 of 9')
  })

  test('is erased before a line of the log, and redrawn after it', () => {
    const { show, write, wait, screen } = screenOf()
    show('1 of 9')
    write('pushed\n')
    write('done\n')
    expect(screen()).toBe('pushed\ndone\n')
    wait(100)
    show('2 of 9')
    expect(screen()).toBe('pushed\ndone\n2 of 9')
  })

  test('is drawn at most ten times a second', () => {
    const { show, wait, screen } = screenOf()
    show('1 of 9')
    wait(99)
    show('2 of 9')
    expect(screen()).toBe('1 of 9')
  })

  test('is cut to the width of the terminal, because a wrapped line cannot be erased', () => {
    const { show, screen } = screenOf({ columns: 6 })
    show('123456789')
    expect(screen()).toBe('12345')
  })

  test('is complete on a terminal without a known width', () => {
    const { show, screen } = screenOf({ columns: 0 })
    show('123456789')
    expect(screen()).toBe('123456789')
  })

  test.each([
    { name: 'if standard output is not a terminal', options: { isTTY: false } },
    { name: "on GitHub's runners", options: { env: { GITHUB_ACTIONS: 'true' } } },
    { name: 'under CI', options: { env: { CI: 'true' } } },
    { name: 'on a terminal that cannot erase', options: { env: { TERM: 'dumb' } } },
  ])('writes nothing $name', ({ options }) => {
    const { show, write, raw } = screenOf(options)
    show('1 of 9')
    write('a\n')
    expect(raw()).toBe('a\n')
  })
})
