import { expect, test } from 'vitest'
import { readStoredZip, storeZip } from '../../../src/ledger/stored-zip.ts'

const content = Buffer.from('{"a":1}')

test('storeZip() writes an archive that other programs read', () => {
  // zipfile of Python: testzip() is None, and read('r.json') is b'{"a":1}'.
  expect(storeZip('r.json', content).toString('hex')).toBe(
    [
      '504b030414000000000000002100afac1b56070000000700000006000000722e6a736f6e7b2261223a317d',
      '504b0102140014000000000000002100afac1b560700000007000000060000000000000000000000000000000000722e6a736f6e',
      '504b05060000000001000100340000002b0000000000',
    ].join(''),
  )
})

test('readStoredZip() returns the content', () => {
  expect(readStoredZip(storeZip('record.json', content))).toEqual(content)
  expect(readStoredZip(storeZip('empty', Buffer.alloc(0)))).toHaveLength(0)
})

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['other bytes', Buffer.from('x'.repeat(100))],
  ['a truncated archive', storeZip('a', content).subarray(0, 34)],
  ['another content', Buffer.from(storeZip('a', content).toString('latin1').replace('1}', '2}'), 'latin1')],
])('readStoredZip() throws for %s', (_name, bytes) => {
  expect(() => readStoredZip(bytes)).toThrow('it is not an archive that this step wrote')
})
