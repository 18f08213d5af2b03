import { isSpace, trim } from './space.ts'

/** The character that continues lines and escapes the next character. */
export type Escape = '\\' | '`'

const blanks = /[\t\v\f\r ]+/

/** A line that begins with a keyword: its `--flags`, without quotes, and the rest. */
export type Command = { readonly keyword: string; readonly flags: readonly string[]; readonly rest: string }

/** Splits a logical line into keyword, flags and the rest. */
export function splitInstruction(line: string, escapeMark: Escape): Command {
  const trimmed = trim(line)
  const blank = blanks.exec(trimmed)
  if (blank === null) return { keyword: trimmed, flags: [], rest: '' }
  const { flags, rest } = splitFlags(trimmed.slice(blank.index + blank[0].length), escapeMark)
  return { keyword: trimmed.slice(0, blank.index), flags, rest: trim(rest) }
}

/** Returns the words between blanks; quotes have no meaning. */
export function splitBlanks(text: string): readonly string[] {
  return text === '' ? [] : text.split(/[\t\v\f\r ]+/)
}

/** Returns the text before and after the first blanks; undefined without blanks. */
export function splitOnce(text: string): readonly [string, string] | undefined {
  const blank = blanks.exec(text)
  return blank === null ? undefined : [text.slice(0, blank.index), text.slice(blank.index + blank[0].length)]
}

/**
 * Returns the words between whitespace that is neither quoted nor escaped. Quotes and escapes are kept for the
 * expansion.
 */
export function splitQuoted(text: string, escapeMark: Escape): readonly string[] {
  const words: string[] = []
  const characters = [...text]
  let word = ''
  let quoted = false
  let quote = ''
  const finish = () => {
    if (quoted || word !== '') words.push(word)
    word = ''
    quoted = false
  }
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (quote === '' && isSpace(character)) {
      finish()
    } else if (character === escapeMark && quote !== "'") {
      // An escape that ends the line is dropped.
      if (at + 1 < characters.length) word += character + characters[++at]
    } else {
      if (quote === '' && (character === "'" || character === '"')) {
        quote = character
        quoted = true
      } else if (character === quote) {
        quote = ''
      }
      word += character
    }
  }
  finish()
  return words
}

/**
 * Splits off the flags: the first words that begin with `--`, up to a lone `--`. Their quotes and escapes are removed.
 */
function splitFlags(text: string, escapeMark: Escape): { readonly flags: readonly string[]; readonly rest: string } {
  const flags: string[] = []
  let at = 0
  while (at < text.length) {
    while (at < text.length && isSpace(text.charAt(at))) at++
    if (!text.startsWith('--', at)) return { flags, rest: text.slice(at) }
    const flag = readFlag(text, at, escapeMark)
    at = flag.end
    if (flag.word === '--') return { flags, rest: text.slice(at) }
    flags.push(flag.word)
  }
  return { flags, rest: '' }
}

function readFlag(text: string, start: number, escapeMark: Escape): { readonly word: string; readonly end: number } {
  let word = ''
  let quote = ''
  let at = start
  for (; at < text.length; at++) {
    const character = text.charAt(at)
    if (quote === '' && isSpace(character)) break
    // Unlike in a word, the escape character also applies in single quotes.
    if (character === escapeMark) word += text.charAt(++at)
    else if (character === quote) quote = ''
    else if (quote === '' && (character === "'" || character === '"')) quote = character
    else word += character
  }
  return { word, end: Math.min(at, text.length) }
}
