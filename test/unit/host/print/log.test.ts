import { EOL } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createCommands } from '../../../../src/host/print/commands.ts'
import { createDoor } from '../../../../src/host/print/door.ts'
import { createLog } from '../../../../src/host/print/log.ts'
import { createRunner } from '../../../../src/host/print/runner.ts'

/** The lines that a log and a runner write to standard output. */
function recorded() {
  let text = ''
  const door = createDoor()
  const commands = createCommands({}, door, (part) => {
    text += part
  })
  return {
    log: createLog(commands),
    runner: createRunner({}, commands, door),
    lines: () => text.split(EOL).slice(0, -1),
  }
}

describe('createLog()', () => {
  test('writes plain lines and commands', () => {
    const { log, lines } = recorded()
    log.info('::no command')
    log.debug('a\nb')
    log.warning('50 %')
    expect(lines()).toEqual([': :no command', '::debug::a%0Ab', '::warning::50 %25'])
  })

  test('folds a group and returns the result of its work', async () => {
    const { log, lines } = recorded()
    const result = await log.group('Build', async () => {
      log.info('one')
      return 1
    })
    expect({ result, lines: lines() }).toEqual({ result: 1, lines: ['::group::Build', 'one', '::endgroup::'] })
  })

  test('does not nest groups, which runners do not support either', async () => {
    const { log, lines } = recorded()
    await log.group('Outer', () => log.group('Inner', async () => log.info('one')))
    await log.group('Next', async () => {})
    expect(lines()).toEqual(['::group::Outer', 'Inner', 'one', '::endgroup::', '::group::Next', '::endgroup::'])
  })

  test('closes the group if its work fails', async () => {
    const { log, lines } = recorded()
    const work = log.group('Build', () => Promise.reject(new Error('no')))
    await expect(work).rejects.toThrow('no')
    expect(lines()).toEqual(['::group::Build', '::endgroup::'])
  })
})

describe('createRunner()', () => {
  test.each([
    { name: 'a word', secret: 's3cret', masks: ['s3cret'] },
    { name: 'lines, each and as a whole', secret: 'first\nsecond', masks: ['first%0Asecond', 'first', 'second'] },
    {
      name: 'lines with CRLF',
      secret: 'first\r\nsecond\r\n',
      masks: ['first%0D%0Asecond%0D%0A', 'first', 'second'],
    },
    { name: 'no empty line', secret: '\n \nfirst\n', masks: ['%0A %0Afirst%0A', 'first'] },
    {
      name: 'no line that every log contains',
      secret: '{\n  "key": 1\n}',
      masks: ['{%0A  "key": 1%0A}', '  "key": 1'],
    },
    { name: 'no text shorter than four characters', secret: 'abc', masks: [] },
    { name: 'nothing for an empty secret', secret: '', masks: [] },
    { name: 'a percent sign', secret: '100%', masks: ['100%25'] },
  ])('masks $name', ({ secret, masks }) => {
    const { runner, lines } = recorded()
    runner.mask(secret)
    expect(lines()).toEqual(masks.map((mask) => `::add-mask::${mask}`))
  })

  test('masks a secret once', () => {
    const { runner, lines } = recorded()
    runner.mask('s3cret')
    runner.mask('s3cret')
    expect(lines()).toEqual(['::add-mask::s3cret'])
  })

  test('annotates the given position', () => {
    const { runner, lines } = recorded()
    runner.error('a: b', { title: 'Polyarch: x', place: { file: 'a,b', line: 3 } })
    runner.notice('hello')
    expect(lines()).toEqual(['::error title=Polyarch%3A x,file=a%2Cb,line=3::a: b', '::notice::hello'])
  })
})
