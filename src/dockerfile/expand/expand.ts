import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import { excessError, isExcess, quoteFound, textError } from '../problem.ts'
import { isSpace } from '../read/space.ts'
import type { Escape } from '../read/words.ts'
import { replaceAll, replaceFirst, trimPrefix, trimSuffix } from './pattern.ts'

/** Returns the value of a variable; undefined if it is not set. */
export type Lookup = (name: string) => string | undefined

/** How a text is processed if it differs from the words of an instruction. */
type Mode = {
  readonly escapeMark: Escape
  /** Whether quotes are removed, kept, or treated as plain text. */
  readonly quotes: 'remove' | 'keep' | 'ordinary'
  readonly escapes: 'remove' | 'keep'
  /** The replacement of an unset variable: an empty text, or the original text. */
  readonly unset: 'empty' | 'keep'
  /** Whether the list of words is needed: collecting it costs an operation per character. */
  readonly splits: boolean
}

type Expanded = { readonly text: string; readonly words: readonly string[] }

/** `word` is the current entry of the list of words. */
type State = { readonly characters: readonly string[]; at: number; word: string; depth: number } & {
  readonly lookup: Lookup
  readonly mode: Mode
}

const deepest = 250

/**
 * Expands one word: replaces its variables and removes quotes and escapes; whitespace is kept. For the arguments of
 * ENV, LABEL, COPY, ADD, WORKDIR, USER, VOLUME, STOPSIGNAL, ARG and FROM.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function expandWord(word: string, lookup: Lookup, { escapeMark }: { readonly escapeMark: Escape }): string {
  return expand(word, lookup, { ...wordMode, escapeMark }).text
}

/** Expands `text` and splits the result at unquoted whitespace, including whitespace from a variable. For EXPOSE. */
export function expandWords(
  text: string,
  lookup: Lookup,
  { escapeMark }: { readonly escapeMark: Escape },
): readonly string[] {
  return expand(text, lookup, { ...wordMode, escapeMark, splits: true }).words
}

/** Expands the body of a here-document: quotes are plain text, and the escape character is always "\". */
export function expandHereDocument(body: string, lookup: Lookup): string {
  return expand(body, lookup, { ...wordMode, escapeMark: '\\', quotes: 'ordinary' }).text
}

/** Splits a line into words as a shell would, keeping variables and, if requested, quotes and escapes. */
export function shellWords(line: string, keep: Pick<Mode, 'quotes' | 'escapes'>): readonly string[] {
  return expand(line, () => undefined, { escapeMark: '\\', unset: 'keep', splits: true, ...keep }).words
}

const wordMode = { quotes: 'remove', escapes: 'remove', unset: 'empty', splits: false } as const

function expand(source: string, lookup: Lookup, mode: Mode): Expanded {
  const characters = [...source]
  const state: State = { characters, at: characters[0] === '\ufeff' ? 1 : 0, word: '', depth: 0, lookup, mode }
  try {
    return readUntil(state, undefined, mode.escapes === 'keep')
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    throw textError(`failed to process ${quoteFound(source)}: ${thrown.message}`, thrown.cause)
  }
}

/** Reads and consumes text up to and including `stop`, or to the end. `raw` keeps escapes. */
function readUntil(state: State, stop: string | undefined, raw: boolean): Expanded {
  if (++state.depth > deepest) throw textError(`more than ${deepest} nested substitutions`)
  const { mode } = state
  const words: string[] = []
  let text = ''
  // BuildKit has one buffer for all depths: text before ${x:-y} in a word is lost in the list of words, so that EXPOSE
  // 80${x:-81} exposes port 81.
  state.word = ''
  const finish = () => {
    if (state.word !== '') words.push(state.word)
    state.word = ''
  }
  const add = (part: string, split: boolean) => {
    text = joined(text, part)
    if (!mode.splits) return
    if (!split) state.word += part
    else {
      for (const character of part) {
        if (isSpace(character)) finish()
        else state.word += character
      }
    }
  }
  for (;;) {
    const character = next(state)
    if (character === undefined) {
      if (stop !== undefined) throw textError(`unexpected end of statement while looking for matching ${stop}`)
      break
    }
    if (character === stop) break
    if (character === '$') add(readDollar(state), true)
    else if (character === '<') add(readLess(state), false)
    else if (character === "'" && mode.quotes !== 'ordinary') add(readSingleQuoted(state), false)
    else if (character === '"' && mode.quotes !== 'ordinary') add(readDoubleQuoted(state, raw), false)
    else if (character !== mode.escapeMark) add(character, true)
    else {
      // An escape at the end is dropped; otherwise the next character is literal.
      add((raw ? character : '') + (next(state) ?? ''), false)
    }
  }
  finish()
  state.depth--
  return { text, words }
}

/**
 * A value can be built from itself, doubled by each line: 30 lines would take a gigabyte. No environment may exceed the
 * limit.
 */
function joined(text: string, part: string): string {
  if (text.length + part.length > limits.dockerfile) {
    throw excessError(`the result has more than ${limits.dockerfile} characters`)
  }
  return text + part
}

function next(state: State): string | undefined {
  const character = state.characters[state.at]
  if (character !== undefined) state.at++
  return character
}

function peek(state: State): string | undefined {
  return state.characters[state.at]
}

function readSingleQuoted(state: State): string {
  const end = state.characters.indexOf("'", state.at)
  if (end < 0) throw textError('unexpected end of statement while looking for matching single-quote')
  const inside = state.characters.slice(state.at, end).join('')
  state.at = end + 1
  return state.mode.quotes === 'keep' ? `'${inside}'` : inside
}

function readDoubleQuoted(state: State, raw: boolean): string {
  const { escapeMark, quotes } = state.mode
  let text = quotes === 'keep' ? '"' : ''
  for (;;) {
    const character = next(state)
    if (character === undefined) throw textError('unexpected end of statement while looking for matching double-quote')
    if (character === '"') return quotes === 'keep' ? `${text}"` : text
    if (character === '$') text = joined(text, readDollar(state))
    else if (character !== escapeMark) text += character
    else {
      // Only these can be escaped in double quotes; before other characters the escape character is literal.
      const escaped = peek(state)
      const special = escaped === '"' || escaped === '$' || escaped === escapeMark
      // An escape character that is kept and escapes nothing is duplicated, as in BuildKit's patterns.
      text += (raw ? character : '') + (special ? next(state) : character)
    }
  }
}

/** Reads "<<" with the whitespace after it, so that the delimiter of a here-document belongs to the same word. */
function readLess(state: State): string {
  if (peek(state) !== '<') return '<'
  next(state)
  let text = '<<'
  for (let blank = peek(state); blank === '\t' || blank === '\r' || blank === ' '; blank = peek(state)) {
    text += next(state)
  }
  return text
}

function readDollar(state: State): string {
  if (peek(state) !== '{') {
    const name = readName(state)
    return name === '' ? '$' : (state.lookup(name) ?? (state.mode.unset === 'keep' ? `$${name}` : ''))
  }
  next(state)
  const first = peek(state)
  if (first === undefined) throw textError("syntax error: missing '}'")
  if (first === '{' || first === '}' || first === ':') throw textError('syntax error: bad substitution')
  const name = readName(state)
  const operator = next(state)
  if (operator === undefined) throw textError("syntax error: missing '}'")
  const value = state.lookup(name)
  if (operator === '}') return value ?? (state.mode.unset === 'keep' ? `\${${name}}` : '')
  if (operator === '/') return readReplacement(state, name, value)
  if (!':+-?#%'.includes(operator)) throw unsupported(operator)
  return readOperator(state, operator, { name, value })
}

type Variable = { readonly name: string; readonly value: string | undefined }

function readOperator(state: State, first: string, { name, value }: Variable): string {
  const colon = first === ':'
  const operator = colon ? (next(state) ?? '') : first
  const written = colon ? `:${operator}` : operator
  const trims = operator === '#' || operator === '%'
  if (colon && trims) throw unsupported(written)
  const word = readPart(state, '}', { raw: trims, missing: "syntax error: missing '}'" })
  if (value === undefined && state.mode.unset === 'keep') return `\${${name}${written}${word}}`
  const given = colon && value === '' ? undefined : value
  switch (operator) {
    case '-':
      return given ?? word
    case '+':
      return given === undefined ? '' : word
    case '?':
      if (given !== undefined) return given
      throw textError(`${name}: ${word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`}`)
    case '#':
    case '%': {
      const greedy = word.startsWith(operator)
      const trimmed = operator === '#' ? trimPrefix : trimSuffix
      return trimmed(value ?? '', greedy ? word.slice(1) : word, greedy)
    }
    default:
      throw unsupported(written)
  }
}

function readReplacement(state: State, name: string, value: string | undefined): string {
  const all = peek(state) === '/'
  if (all) next(state)
  const pattern = readPart(state, '/', { raw: true, missing: "syntax error: missing '/' in the substitution" })
  const replacement = readPart(state, '}', { raw: true, missing: "syntax error: missing '}'" })
  if (value === undefined && state.mode.unset === 'keep') return `\${${name}/${pattern}/${replacement}}`
  return (all ? replaceAll : replaceFirst)(value ?? '', pattern, replacement)
}

function readPart(state: State, stop: string, { raw, missing }: { readonly raw: boolean; readonly missing: string }) {
  try {
    return readUntil(state, stop, raw).text
  } catch (thrown) {
    if (thrown instanceof ActionError && peek(state) === undefined && !isExcess(thrown)) throw textError(missing)
    throw thrown
  }
}

/**
 * Reads a name of letters, digits and "_", a number, or one of the shell's special parameters, which never have a
 * value.
 */
function readName(state: State): string {
  const rest = state.characters
  const start = state.at
  const first = rest[start] ?? ''
  if ('@*#?-$!0'.includes(first) && first !== '' && first !== '0') {
    state.at++
    return first
  }
  const belongs = /\p{Nd}/u.test(first) ? /\p{Nd}/u : /[\p{L}\p{Nd}_]/u
  while (belongs.test(rest[state.at] ?? '')) state.at++
  return rest.slice(start, state.at).join('')
}

function unsupported(operator: string): ActionError {
  return textError(`unsupported modifier (${operator}) in substitution`)
}
