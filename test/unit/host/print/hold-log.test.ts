import { describe, expect, it } from 'vitest'
import type { Activity } from '../../../../src/host/host.ts'
import { holdLog } from '../../../../src/host/print/hold-log.ts'
import { createLog } from '../../../../src/host/print/log.ts'

/** A log, and the lines that it writes. */
function recorded() {
  const lines: string[] = []
  const log = createLog({
    print: (text) => void lines.push(text),
    issue: (name, _, text) => void lines.push(`${name} ${text}`.trim()),
  } as Parameters<typeof createLog>[0])
  return { lines, log }
}

describe('holdLog()', () => {
  it('writes everything in its order when it is released, groups included', async () => {
    const { lines, log } = recorded()
    const held = holdLog(log, 100)
    await held.log.group('Build', async () => {
      held.log.info('one')
      await held.log.group('Inner', async () => held.log.detail('two'))
      held.log.warning('three')
    })
    held.log.debug('four')
    expect(lines).toEqual([])
    log.info('before')
    await held.release()
    held.log.info('after')
    expect(lines).toEqual([
      'before',
      'group Build',
      'one',
      'Inner',
      'two',
      'warning three',
      'endgroup',
      'debug four',
      'after',
    ])
  })

  it('ends a group that was open at its release after its last line', async () => {
    const { lines, log } = recorded()
    const held = holdLog(log, 100)
    let go = (): void => undefined
    const open = new Promise<void>((resolve) => {
      go = resolve
    })
    const group = held.log.group('Build', async () => {
      held.log.info('one')
      await open
      held.log.info('two')
    })
    await held.release()
    go()
    await group
    held.log.info('after')
    await held.log.group('Next', async () => held.log.info('three'))
    expect(lines).toEqual(['group Build', 'one', 'two', 'endgroup', 'after', 'group Next', 'three', 'endgroup'])
  })

  it('ends a group whose work fails', async () => {
    const { lines, log } = recorded()
    const held = holdLog(log, 100)
    const failing = held.log.group('Build', () => Promise.reject(new Error('broken')))
    await expect(failing).rejects.toThrow('broken')
    await held.release()
    expect(lines).toEqual(['group Build', 'endgroup'])
  })

  it('writes at once what exceeds its limit', async () => {
    const { lines, log } = recorded()
    const held = holdLog(log, 3)
    for (const line of ['1', '2', '3', '4']) held.log.info(line)
    await new Promise((resolve) => setImmediate(resolve))
    held.log.info('5')
    expect(lines).toEqual(['1', '2', '3', '4', '5'])
  })

  it('watches activities that still run when it is released', async () => {
    const watched: string[] = []
    const { log } = recorded()
    const watch = (running: () => readonly Activity[]) => {
      watched.push(`start ${running().length}`)
      return () => void watched.push('stop')
    }
    const held = holdLog({ ...log, watch }, 100)
    const stopShort = held.log.watch(() => [])
    const stop = held.log.watch(() => [{ text: 'RUN make', since: 0 }])
    stopShort()
    held.log.progress('not shown')
    await held.release()
    stop()
    expect(watched).toEqual(['start 1', 'stop'])
  })
})
