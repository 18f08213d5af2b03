import { describe, expect, it } from 'vitest'
import { digestOf, isDigest, verified, verify } from '../../../src/oci/digest.ts'

const bytes = Buffer.from('hello')
const hello = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

async function read(
  expected: { digest: `${string}:${string}`; size: number },
  chunks: readonly string[],
): Promise<string> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  const parts: Buffer[] = []
  for await (const part of verified(source(), expected, 'Cannot read x')) parts.push(part)
  return Buffer.concat(parts).toString()
}

describe('digestOf()', () => {
  it('returns the SHA-256 digest', () => {
    expect(digestOf(bytes)).toBe(hello)
  })
})

describe('isDigest()', () => {
  it.each([
    ['sha256', hello, true],
    ['sha512', `sha512:${'0'.repeat(128)}`, true],
    ['sha512 that is too short', `sha512:${'0'.repeat(64)}`, false],
    ['capitals', hello.toUpperCase(), false],
    ['a path', 'sha256:../../../etc/passwd', false],
    ['a name of every object', 'constructor:00', false],
    ['a line break at the end', `${hello}\n`, false],
  ])('evaluates %s', (_, text, expected) => {
    expect(isDigest(text)).toBe(expected)
  })
})

describe('verified()', () => {
  it('passes on content that matches its descriptor', async () => {
    expect(await read({ digest: hello, size: 5 }, ['hel', 'lo'])).toBe('hello')
  })

  it.each([
    ['is too short', ['hell'], 'Cannot read x: it has 4 bytes, expected 5'],
    ['is too long', ['hello!'], 'Cannot read x: it is longer than the expected 5 bytes'],
    ['is another', ['hallo'], 'Cannot read x: its digest is sha256:'],
  ])('throws content-mismatch when the content %s', async (_, chunks, message) => {
    await expect(read({ digest: hello, size: 5 }, chunks)).rejects.toThrow(
      expect.objectContaining({ code: 'content-mismatch', message: expect.stringContaining(message) }),
    )
  })

  it('checks other algorithms too', async () => {
    await expect(read({ digest: `sha512:${'0'.repeat(128)}`, size: 5 }, ['hello'])).rejects.toThrow(
      'sha512:9b71d224bd62f378',
    )
  })
})

describe('verify()', () => {
  it('throws when one byte differs', () => {
    expect(() => verify(Buffer.from('hellp'), { digest: hello, size: 5 }, 'Cannot read x')).toThrow('its digest is')
  })

  it('does nothing if all content matches', () => {
    expect(() => verify(bytes, { digest: hello, size: 5 }, 'Cannot read x')).not.toThrow()
  })
})
