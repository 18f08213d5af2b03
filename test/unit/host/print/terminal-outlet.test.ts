import { describe, expect, it } from 'vitest'
import { limits } from '../../../../src/bounds/limits.ts'
import { createTerminalOutlet, type Display } from '../../../../src/host/print/terminal-outlet.ts'
import { foreignCommands, hostile, hostileLine } from '../../../support/hostile.ts'

function outletOf(display: Partial<Display> = {}, { isTTY = false, env = {} } = {}) {
  const written = { out: '', err: '' }
  const streamOf = (name: 'out' | 'err') => ({
    isTTY,
    columns: 80,
    write: (text: string) => {
      written[name] += text
    },
  })
  const streams = { out: streamOf('out'), err: streamOf('err') }
  const outlet = createTerminalOutlet(streams, { json: false, plain: false, debug: false, ...display }, env)
  return { ...outlet, written }
}

describe('createTerminalOutlet()', () => {
  it('writes lines for people, errors to standard error', async () => {
    const { log, runner, fail, written } = outletOf()
    log.info('info')
    log.detail('#1 RUN make')
    log.warning('old', { place: { file: 'Dockerfile', line: 3 } })
    log.warning('Dockerfile:3: old', { place: { file: 'Dockerfile', line: 3 } })
    runner.notice('notice')
    log.debug('hidden')
    log.progress('1 of 9')
    await log.group('Build', async () => log.info('inner'))
    runner.setOutput('digest', 'sha256:a')
    runner.writeSummary('summary')
    fail('error: broken\nhint')
    expect(written).toEqual({
      out: 'info\n#1 RUN make\nwarning: Dockerfile:3: old\nwarning: Dockerfile:3: old\nnote: notice\nBuild\ninner\n',
      err: 'error: broken\nhint\n',
    })
  })

  it('writes the log to standard error and the result to standard output with json', () => {
    const { log, printJson, written } = outletOf({ json: true, debug: true })
    log.info('info')
    log.debug('debugging')
    printJson({ a: [1] })
    expect(written).toEqual({ out: '{\n  "a": [\n    1\n  ]\n}\n', err: 'info\ndebug: debugging\n' })
  })

  it('omits details on a terminal, unless plain is set or a runner keeps the output', () => {
    const shownOn = (display: Partial<Display>, env: Record<string, string>): string => {
      const { log, close, written } = outletOf(display, { isTTY: true, env })
      log.detail('#1 RUN make')
      close()
      return written.out
    }
    expect(shownOn({}, {})).toBe('')
    expect(shownOn({ plain: true }, {})).toBe('#1 RUN make\n')
    expect(shownOn({}, { CI: 'true' })).toBe('#1 RUN make\n')
    expect(shownOn({}, { TERM: 'dumb' })).toBe('#1 RUN make\n')
  })

  it('prints no text from outside as a command, to a runner or a terminal', () => {
    const { log, runner, print, printJson, fail, written } = outletOf({ debug: true })
    for (const write of [log.info, log.warning, log.debug, log.detail, runner.notice, runner.error, print, fail]) {
      write(hostile)
      write(hostileLine)
    }
    printJson({ [hostileLine]: [hostile, '\u001b[2J\u009b2J\u202e'] })
    expect(foreignCommands(written.out)).toEqual([])
    expect(foreignCommands(written.err)).toEqual([])
    expect(written.out).not.toContain('\u001b[2J')
    expect(written.out).not.toContain('\u202e')
  })

  it('returns the original values in the document', () => {
    const { printJson, written } = outletOf()
    const value = { [hostileLine]: [hostile, '\u0085\u2028\u2029\u009b\u202e'] }
    printJson(value)
    expect(JSON.parse(written.out)).toEqual(value)
  })

  it('redacts secrets, also in the document', () => {
    const { runner, log, print, printJson, written } = outletOf({}, { env: { GITHUB_TOKEN: 'canary-token' } })
    runner.mask('canary"secret')
    log.info('canary-token')
    print('canary"secret')
    printJson({ a: 'x canary"secret y', b: 'https://user:canary-word@host/' })
    expect(written.out).not.toContain('canary')
    expect(JSON.parse(written.out.split('\n').slice(2).join('\n'))).toMatchObject({ a: 'x *** y' })
  })

  it('limits its output', () => {
    const { log, print, written } = outletOf()
    log.info('x'.repeat(limits.logLine * 3))
    print('y\n'.repeat(limits.resultLines + 9))
    expect(written.out.length).toBeLessThan(limits.logLine + limits.resultLines * 2 + 200)
    expect(written.out).toContain('… (9 more lines)')
  })

  it('draws live lines of activities on a terminal, and shows the cursor when it is closed', async () => {
    const { log, close, written } = outletOf({}, { isTTY: true })
    const stop = log.watch(() => [{ text: 'RUN \u001b[31mmake\u001b[0m ##[error]x', since: Date.now() }])
    for (let waited = 0; !written.out.includes('RUN') && waited < 50; waited += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    close()
    stop()
    expect(written.out).toContain('RUN make ## [error]x')
    expect(written.out.endsWith('\u001b[?25h')).toBe(true)
  })
})
