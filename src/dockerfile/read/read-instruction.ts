import { nearest } from '../../text/nearest.ts'
import { readHealthcheck } from '../instructions/healthcheck.ts'
import { readRun } from '../instructions/run.ts'
import { readAdd, readCopy } from '../instructions/transfer.ts'
import { textError } from '../problem.ts'
import { type FlagKinds, type Flags, readFlags } from './flags.ts'
import type { Argument, CommandLine, Instruction } from './instruction.ts'
import { trim, trimStart } from './space.ts'
import type { Arguments, Pair } from './statement.ts'
import type { PlacedStatement } from './statements.ts'

const keywords = words(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR',
)

const healthcheckFlags: FlagKinds = {
  interval: 'text',
  timeout: 'text',
  'start-period': 'text',
  'start-interval': 'text',
  retries: 'text',
}

/**
 * Converts a statement other than FROM to a typed instruction.
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function readInstruction(statement: PlacedStatement): Instruction {
  const { line, endLine, text } = statement
  return { line, endLine, text: trim(text), ...readArguments(statement) }
}

type Unplaced<T> = T extends unknown ? Omit<T, 'line' | 'endLine' | 'text'> : never

function readArguments(statement: PlacedStatement): Unplaced<Instruction> {
  const { arguments: given } = statement
  const kind = statement.keyword.toLowerCase()
  const keyword = kind.toUpperCase()
  const flags = (kinds: FlagKinds = {}): Flags => readFlags(statement.flags, kinds)
  switch (kind) {
    case 'add':
      return readAdd(statement)
    case 'copy':
      return readCopy(statement)
    case 'run':
      return readRun(statement)
    case 'env':
    case 'label':
      flags()
      return { kind, ...readPairs(keyword, given) }
    case 'arg':
      // Flags are ignored here and in STOPSIGNAL, as in BuildKit.
      return { kind, arguments: atLeastOne(keyword, given).map(readArgument) }
    case 'cmd':
    case 'entrypoint':
      flags()
      return { kind, command: readCommand(given) }
    case 'healthcheck':
      return { kind, healthcheck: readHealthcheck(given, () => flags(healthcheckFlags)) }
    case 'expose': {
      const ports = atLeastOne(keyword, given)
      flags()
      return { kind, ports: [...ports].sort(byBytes) }
    }
    case 'volume': {
      const paths = atLeastOne(keyword, given)
      flags()
      return { kind, paths: paths.map((path) => filled(trim(path))) }
    }
    case 'shell':
      flags()
      return { kind, shell: readShell(given, trim(statement.text)) }
    case 'onbuild':
      return { kind, expression: readTrigger(statement, flags) }
    case 'stopsignal':
      return { kind, signal: exactlyOne(keyword, given) }
    case 'workdir': {
      const path = exactlyOne(keyword, given)
      flags()
      return { kind, path }
    }
    case 'user': {
      const user = exactlyOne(keyword, given)
      flags()
      return { kind, user }
    }
    case 'maintainer': {
      const name = exactlyOne(keyword, given)
      flags()
      return { kind, name }
    }
    default:
      throw unknownInstruction(statement.keyword)
  }
}

function readPairs(keyword: string, given: Arguments): { readonly pairs: readonly Pair[]; readonly isLegacy?: true } {
  if (given.form !== 'pairs') throw textError(`${keyword} requires at least one argument`)
  if (given.pairs.some(({ key }) => key === '')) throw textError(`${keyword} names can not be blank`)
  return { pairs: given.pairs, ...(given.isLegacy ? { isLegacy: true } : {}) }
}

function readArgument(word: string): Argument {
  const equals = word.indexOf('=')
  if (equals === 0) throw textError('ARG names can not be blank')
  return equals < 0 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) }
}

/** Reads a command; an empty one is an empty line for the shell. */
function readCommand(given: Arguments): CommandLine {
  if (given.form === 'json') return { form: 'exec', words: given.words }
  return { form: 'shell', text: given.form === 'text' ? given.text : '' }
}

function readShell(given: Arguments, written: string): readonly string[] {
  if (given.form === 'none' || (given.form === 'json' && given.words.length === 0)) {
    throw textError('SHELL requires at least one argument')
  }
  if (given.form !== 'json') {
    throw textError(`SHELL requires the arguments to be in JSON form, found: ${written}`)
  }
  return given.words
}

/** Returns the triggered instruction as text: it is parsed when an image is built on this one. */
function readTrigger({ arguments: given, heredocs, text }: PlacedStatement, flags: () => Flags): string {
  if (given.form !== 'instruction') throw textError('ONBUILD requires at least one argument')
  flags()
  const trigger = given.instruction.keyword.toUpperCase()
  if (trigger === 'FROM' || trigger === 'MAINTAINER') throw textError(`${trigger} isn't allowed as an ONBUILD trigger`)
  const expression = trimStart(text).replace(/^ONBUILD[\t\n\f\r ]*/i, '')
  return heredocs.reduce((all, { body, name }) => `${all}\n${body}${name}`, expression)
}

function atLeastOne(keyword: string, given: Arguments): readonly string[] {
  if (!('words' in given) || given.words.length === 0) throw textError(`${keyword} requires at least one argument`)
  return given.words
}

function exactlyOne(keyword: string, given: Arguments): string {
  if (given.form !== 'text') throw textError(`${keyword} requires exactly one argument`)
  return given.text
}

function filled(path: string): string {
  if (path === '') throw textError('VOLUME specified can not be an empty string')
  return path
}

function unknownInstruction(keyword: string) {
  const near = nearest(keyword, keywords)
  return textError(`unknown instruction: ${shortWord(keyword)}${near === undefined ? '' : ` (did you mean ${near}?)`}`)
}

function words(text: string): readonly string[] {
  return text.split(' ')
}

/** Compares text by code points, which is the byte order that Go uses. */
function byBytes(a: string, b: string): number {
  const [one, other] = [[...a], [...b]]
  const at = one.findIndex((character, index) => character !== other[index])
  if (at < 0) return one.length - other.length
  return (one[at]?.codePointAt(0) ?? -1) - (other[at]?.codePointAt(0) ?? -1)
}

/** Shortens an unknown keyword, which may come from a file with secrets. */
function shortWord(keyword: string): string {
  const [word = ''] = /^[a-z_-]{0,20}/i.exec(keyword) ?? []
  return word === keyword ? word : `${word}…`
}
