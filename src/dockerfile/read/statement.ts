import { quoteFound, textError } from '../problem.ts'
import { isSpace, trimStart } from './space.ts'
import { type Escape, splitBlanks, splitInstruction, splitOnce, splitQuoted } from './words.ts'

export type Pair = { readonly key: string; readonly value: string }

/** An instruction that is split, but not yet interpreted. */
export type Statement = {
  readonly keyword: string
  readonly flags: readonly string[]
  readonly arguments: Arguments
}

/** The text after the keyword, split by the rules of the instruction. */
export type Arguments =
  | { readonly form: 'none' }
  | { readonly form: 'json'; readonly type?: string; readonly words: readonly string[] }
  | { readonly form: 'words'; readonly words: readonly string[] }
  | { readonly form: 'text'; readonly type?: string; readonly text: string }
  /** `isLegacy`: `key value`. */
  | { readonly form: 'pairs'; readonly pairs: readonly Pair[]; readonly isLegacy?: true }
  | { readonly form: 'instruction'; readonly instruction: Statement }

/**
 * Splits a logical line.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function readStatement(line: string, escapeMark: Escape): Statement {
  const { keyword, flags, rest } = splitInstruction(line, escapeMark)
  return { keyword, flags, arguments: splitArguments(keyword, rest, escapeMark) }
}

function splitArguments(keyword: string, rest: string, escapeMark: Escape): Arguments {
  switch (keyword.toLowerCase()) {
    case 'add':
    case 'copy':
    case 'volume':
      return readJson(rest) ?? words(splitBlanks(rest))
    case 'cmd':
    case 'entrypoint':
    case 'run':
    case 'shell':
      return readJson(rest) ?? text(rest)
    case 'expose':
    case 'from':
      return words(splitBlanks(rest))
    case 'env':
    case 'label':
      return readPairs(keyword.toUpperCase(), rest, escapeMark)
    case 'arg':
      return words(splitQuoted(rest, escapeMark))
    case 'healthcheck':
      return readHealthcheck(rest)
    case 'onbuild':
      if (rest === '') return { form: 'none' }
      // Checked first: otherwise a line full of them would cause unlimited recursion.
      if (/^onbuild\b/i.test(rest)) throw textError("chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
      return { form: 'instruction', instruction: readStatement(rest, escapeMark) }
    case 'maintainer':
    case 'stopsignal':
    case 'user':
    case 'workdir':
      return text(rest)
    default:
      return { form: 'none' }
  }
}

function words(given: readonly string[]): Arguments {
  return given.length === 0 ? { form: 'none' } : { form: 'words', words: given }
}

function text(given: string): Arguments {
  return given === '' ? { form: 'none' } : { form: 'text', text: given }
}

/**
 * Reads a JSON list of strings. Invalid JSON, such as `['a']`, is read as plain text, as in BuildKit; a JSON list with
 * other values is an error.
 */
function readJson(rest: string): { readonly form: 'json'; readonly words: readonly string[] } | undefined {
  const array = trimStart(rest)
  if (!array.startsWith('[')) return undefined
  let given: unknown
  try {
    // The size of a Dockerfile is limited, and only the top level is read.
    given = JSON.parse(array)
  } catch {
    return undefined
  }
  if (!Array.isArray(given)) return undefined
  const found: readonly unknown[] = given
  if (!found.every((item) => typeof item === 'string')) {
    throw textError('when using JSON array syntax, arrays must be comprised of strings only')
  }
  return { form: 'json', words: found.map((word) => word.toWellFormed()) }
}

/** Reads `key=value …`, or the legacy form `key value`, which extends to the end of the line. */
function readPairs(keyword: string, rest: string, escapeMark: Escape): Arguments {
  const given = splitQuoted(rest, escapeMark)
  const [first] = given
  if (first === undefined) return { form: 'none' }
  if (!first.includes('=')) {
    const parts = splitOnce(rest)
    if (parts === undefined) throw textError(`${keyword} must have two arguments`)
    return { form: 'pairs', pairs: [{ key: parts[0], value: parts[1] }], isLegacy: true }
  }
  const pairs = given.map((word) => {
    const equals = word.indexOf('=')
    if (equals < 0) {
      throw textError(`Syntax error - can't find = in ${quoteFound(word)}. Must be of the form: name=value`)
    }
    return { key: word.slice(0, equals), value: word.slice(equals + 1) }
  })
  return { form: 'pairs', pairs }
}

function readHealthcheck(rest: string): Arguments {
  if (rest === '') return { form: 'none' }
  const characters = [...rest]
  const blank = characters.findIndex(isSpace)
  const type = blank < 0 ? rest : characters.slice(0, blank).join('')
  const command = blank < 0 ? '' : trimStart(characters.slice(blank).join(''))
  return { ...(readJson(command) ?? { form: 'text', text: command }), type }
}
