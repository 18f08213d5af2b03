import { describe, expect, it } from 'vitest'
import { describeFaults, parseFaults } from '../../../../src/registry/answers/fault.ts'

describe('parseFaults()', () => {
  it.each([
    [
      'a registry',
      '{"errors":[{"code":"denied","message":"no","detail":{"a":1}}]}',
      [{ code: 'DENIED', message: 'no', detail: '{"a":1}' }],
    ],
    [
      'two faults',
      '{"errors":[{"code":"A"},{"code":"B"}]}',
      ['A', 'B'].map((code) => ({ code, message: '', detail: '' })),
    ],
    ['faults that are none', '{"errors":[1,null,{"message":"x"}]}', [{ code: '', message: 'x', detail: '' }]],
    [
      'Docker Hub tokens',
      '{"details":"incorrect username or password"}',
      [{ code: '', message: 'incorrect username or password', detail: '' }],
    ],
    [
      'OAuth 2',
      '{"error":"invalid_grant","error_description":"expired"}',
      [{ code: 'invalid_grant', message: 'expired', detail: '' }],
    ],
    ['other JSON', '{"ok":false}', []],
    ['a list', '[]', []],
    ['HTML', '<html></html>', []],
    ['nothing', '', []],
  ])('reads what %s says', (_, text, expected) => {
    expect(parseFaults(text)).toEqual(expected)
  })
})

describe('describeFaults()', () => {
  it.each([
    ['code and message', '{"errors":[{"code":"DENIED","message":"no access","detail":"x"}]}', 'DENIED: no access'],
    [
      'the detail of what is unknown',
      '{"errors":[{"code":"UNKNOWN","message":"unknown error","detail":"ENOSPC"}]}',
      'UNKNOWN: unknown error: ENOSPC',
    ],
    ['several', '{"errors":[{"code":"A","message":"a"},{"code":"B","message":"b"}]}', 'A: a; B: b'],
    [
      'the text of a page',
      '<html><head><title>t</title></head><body><h1>502</h1>\n Bad gateway</body></html>',
      '502 Bad gateway',
    ],
    ['nothing', '', ''],
  ])('returns %s', (_, text, expected) => {
    expect(describeFaults(parseFaults(text), text)).toBe(expected)
  })

  it('truncates a long text', () => {
    expect(describeFaults([], 'x'.repeat(1000))).toBe(`${'x'.repeat(200)}…`)
  })
})
