import { describe, expect, it } from 'vitest'
import { quoteCharacter, quoteText } from '../../../../src/engine/embedded/go-quote.ts'

// The expected texts are those that Go 1.26 prints.
describe('quoteText()', () => {
  it.each([
    ['plain é 码 😀', '"plain é 码 😀"'],
    ['it\'s "so" \\', '"it\'s \\"so\\" \\\\"'],
    ['\x07\b\t\n\v\f\r', '"\\a\\b\\t\\n\\v\\f\\r"'],
    ['\0\x1b\x7f', '"\\x00\\x1b\\x7f"'],
    ['\x82\xa0\xad\u200b\u2028\ufeff', '"\\u0082\\u00a0\\u00ad\\u200b\\u2028\\ufeff"'],
    ['\ue000\u{10ffff}', '"\\ue000\\U0010ffff"'],
    ['e\u0301\ufffd', '"e\u0301\ufffd"'],
  ])('of %j is %s', (text, quoted) => {
    expect(quoteText(text)).toBe(quoted)
  })
})

describe('quoteCharacter()', () => {
  it.each([
    [0, "'\\x00'"],
    [7, "'\\a'"],
    [34, "'\"'"],
    [39, "'\\''"],
    [65, "'A'"],
    [92, "'\\\\'"],
    [127, "'\\x7f'"],
    [130, "'\\u0082'"],
    [173, "'\\u00ad'"],
    [55_296, "'\ufffd'"],
    [57_343, "'\ufffd'"],
    [57_344, "'\\ue000'"],
    [128_512, "'😀'"],
    [1_114_111, "'\\U0010ffff'"],
    [1_114_112, "'\ufffd'"],
    [2_147_483_647, "'\ufffd'"],
  ])('of %d is %s', (code, quoted) => {
    expect(quoteCharacter(code)).toBe(quoted)
  })
})
