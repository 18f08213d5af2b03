import { describe, expect, it } from 'vitest'
import { matchGlob, parseGlob } from '../../../src/dockerfile/ignore/glob.ts'
import { parseChmod } from '../../../src/dockerfile/instructions/chmod.ts'
import { parseDuration } from '../../../src/dockerfile/instructions/duration.ts'
import { parsePort } from '../../../src/dockerfile/instructions/ports.ts'
import { assertSignal } from '../../../src/dockerfile/instructions/signal.ts'
import { sourceKind } from '../../../src/dockerfile/instructions/source-kind.ts'
import { splitWildcards } from '../../support/split-wildcards.ts'

const invalid = expect.objectContaining({ code: 'dockerfile-invalid' })

describe('parseChmod()', () => {
  it.each([
    ['755', 0o644, false, 0o755],
    ['0', 0o644, false, 0],
    ['4755', 0, false, 0o4755],
    ['u+x', 0o644, false, 0o744],
    ['a+X', 0o644, false, 0o644],
    ['a+X', 0o744, false, 0o755],
    ['a+X', 0o600, true, 0o711],
    ['u=rwX,go=rX', 0o600, true, 0o755],
    ['go-w', 0o666, false, 0o644],
    ['+x', 0o644, false, 0o755],
    ['=r', 0o777, false, 0o444],
    ['g=u', 0o640, false, 0o660],
    ['u+s,+t', 0o755, false, 0o5755],
    ['o-rwx,u+w-x', 0o577, false, 0o670],
  ])('of %s returns for %o (directory: %s): %o', (text, mode, isFolder, result) => {
    expect(parseChmod(text)(mode, isFolder)).toBe(result)
  })

  it.each(['8', '077777', '64x', 'u', 'u+q', ',', 'x+r'])('rejects %s', (text) => {
    expect(() => parseChmod(text)).toThrow(invalid)
  })
})

describe('parseDuration()', () => {
  it.each([
    ['0', 0],
    ['1m30s', 90e9],
    ['1.5h', 5400e9],
    ['.5s', 5e8],
    ['1h2m3s4ms5us6ns', 3_723_004_005_006],
    ['-2s', -2e9],
  ])('of %s is %d ns', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds)
  })

  it.each(['', '1', 's', '1x', '.s', '1s ', '10000000000h', '+'])('rejects "%s"', (text) => {
    expect(() => parseDuration(text)).toThrow(invalid)
  })
})

describe('parsePort()', () => {
  it.each([
    ['80', ['80/tcp']],
    ['53/UDP', ['53/udp']],
    ['8000-8002/sctp', ['8000/sctp', '8001/sctp', '8002/sctp']],
    ['127.0.0.1:8080:80', ['80/tcp']],
    ['[::1]:1-2:3-4', ['3/tcp', '4/tcp']],
  ])('of %s is %s', (text, ports) => {
    expect(parsePort(text)).toEqual(ports)
  })

  it.each(['', '/tcp', 'a', '70000', '-1', '2-1', '80/http', '1:2-3:4-8', 'host:1:2', '300.0.0.1:1:2'])(
    'rejects "%s"',
    (text) => {
      expect(() => parsePort(text)).toThrow(invalid)
    },
  )
})

describe('assertSignal()', () => {
  it.each(['TERM', 'SIGTERM', 'sigkill', '9', 'RTMIN+3', 'SIGRTMAX-14'])('accepts %s', (signal) => {
    expect(assertSignal(signal)).toBeUndefined()
  })

  it.each(['0', 'NOPE', '', 'RTMAX-15'])('rejects "%s"', (signal) => {
    expect(() => assertSignal(signal)).toThrow(invalid)
  })
})

describe('sourceKind()', () => {
  it.each([
    ['a/b', 'path'],
    ['github.com/a/b', 'path'],
    ['https://example.com/a.git', 'git'],
    ['https://example.com/a.git#v1:dir', 'git'],
    ['https://example.com/a.git.tar', 'url'],
    ['http://example.com/?a.git', 'url'],
    ['git@github.com:a/b.git', 'git'],
    ['ssh://git@example.com/a', 'git'],
  ])('of %s is %s', (source, kind) => {
    expect(sourceKind(source)).toBe(kind)
  })
})

describe('matchGlob()', () => {
  it.each([
    ['*', 'a', true],
    ['*', 'a/b', false],
    ['**/b', 'a/b', true],
    ['**/c', 'a/b/c', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[a-c]*', 'beta', true],
    ['[^a-c]*', 'beta', false],
    ['[!a]', '!', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['*a*b', 'xaxxb', true],
    ['?', '😀', true],
    ['', '', true],
  ])('of %s on %s is %s', (pattern, path, result) => {
    expect(matchGlob(parseGlob(pattern), path)).toBe(result)
  })

  it.each(['[', '[]', '[a', '[-a]', 'a\\', '[a-]'])('rejects the pattern %s', (pattern) => {
    expect(() => parseGlob(pattern)).toThrow(invalid)
  })
})

describe('splitWildcards()', () => {
  it.each([
    ['/a/./b/', { directory: 'a/b' }],
    ['../a/b*/c', { directory: 'a', pattern: 'b*/c' }],
    ['a/*/', { directory: 'a', pattern: '*' }],
    ['a\\*/b', { directory: 'a\\*/b' }],
    ['/', { directory: '' }],
  ])('of %s is %o', (source, split) => {
    expect(splitWildcards(source)).toEqual(split)
  })
})
