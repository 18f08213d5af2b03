import { expect, test } from 'vitest'
import { linesOf } from '../../../../src/containers/docker/container-log.ts'
import { frame, logOf } from '../../../support/daemon.ts'

test.each([
  { name: 'nothing', log: logOf(), lines: [] },
  { name: 'lines', log: logOf('a\nb\n'), lines: ['a', 'b'] },
  { name: 'a last line without an end', log: logOf('a\nb'), lines: ['a', 'b'] },
  { name: 'empty lines', log: logOf('a\n\nb\n'), lines: ['a', '', 'b'] },
  { name: 'a line in several frames', log: logOf('a', 'b', 'c\n'), lines: ['abc'] },
  {
    name: 'a character in two frames',
    log: logOf(Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])),
    lines: ['é'],
  },
  { name: 'CRLF line endings, and overwritten text', log: logOf('a\r\n1%\r2%\r\n'), lines: ['a', '1%', '2%'] },
  { name: 'colors', log: logOf('\u001b[31mred\u001b[0m\n'), lines: ['red'] },
  { name: 'a frame that is cut off', log: logOf('a\nbcd').subarray(0, -1), lines: ['a', 'bc'] },
  {
    name: 'both outputs, each in complete lines',
    log: Buffer.concat([...frame(1, 'out '), ...frame(2, 'err\n'), ...frame(1, 'put\n')]),
    lines: ['err', 'out put'],
  },
])('linesOf() reads $name', ({ log, lines }) => {
  expect(linesOf(log)).toEqual(lines)
})
