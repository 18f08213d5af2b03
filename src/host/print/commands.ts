import { appendFileSync } from 'node:fs'
import { EOL } from 'node:os'
import { limits } from '../../bounds/limits.ts'
import type { Environment } from '../host.ts'
import type { Door, TextBounds } from './door.ts'

/**
 * The runner's workflow commands, byte for byte as @actions/core writes them (a test compares the two).
 * That package is not loaded, because its HTTP client adds 90 ms to every start, more than this program's share of a cached build.
 * All text is sanitized here, and nothing else writes to standard output or standard error.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export type Commands = {
  /** Writes a command with a message for people to standard output: `::error file=a,line=3::message`. */
  readonly issue: (name: Told, properties: Properties, message: string) => void
  /** Masks a secret (every line of it) in all later output, including the runner's. */
  readonly mask: (secret: string) => void
  /** Adds an unchanged value to one of the runner's files (`OUTPUT`, `STATE`); if the runner has no such file, a command is written. */
  readonly set: (file: 'OUTPUT' | 'STATE', name: string, value: string) => void
  /** Adds an unchanged variable to the environment file of later steps; a no-op without the file, because runners reject the command. */
  readonly exportVariable: (name: string, value: string) => void
  /** Writes lines of the log. */
  readonly print: (text: string) => void
}

export type Told = 'debug' | 'notice' | 'warning' | 'error' | 'group' | 'endgroup'

export type Properties = Readonly<Record<string, string | number | undefined>>

const commandOf = { OUTPUT: 'set-output', STATE: 'save-state' } as const

const title: TextBounds = { line: limits.title, lines: 16, total: limits.title }
const annotation: TextBounds = { line: limits.annotationLine, lines: limits.logLines, total: limits.annotation }
const bounds: Readonly<Record<Exclude<Told, 'endgroup'>, TextBounds>> = {
  debug: { line: limits.debug, lines: limits.logLines, total: limits.debug },
  notice: annotation,
  warning: annotation,
  error: annotation,
  group: title,
}
const logText: TextBounds = {
  line: limits.logLine,
  lines: limits.logLines,
  total: limits.logLine * 8,
}

/** Creates the writer of commands and lines. `write` receives the text for standard output. */
export function createCommands(env: Environment, door: Door, write: (text: string) => void): Commands {
  const command = (name: string, properties: Properties, message: string): void => {
    write(`${formatCommand(name, properties, message)}${EOL}`)
  }
  const issue: Commands['issue'] = (name, properties, message) => {
    if (name === 'endgroup') return command(name, {}, '')
    const safe = Object.entries(properties).map(([key, value]) => [
      key,
      typeof value === 'string' ? door.lines(value, title).join(' ') : value,
    ])
    const lines = door.lines(message, bounds[name])
    const messages = name === 'debug' ? wrap(lines.join('\n')) : [lines.join(name === 'group' ? ' ' : '\n')]
    for (const each of messages) command(name, Object.fromEntries(safe), each)
  }
  return {
    issue,
    mask: (secret) => {
      for (const value of door.hide(secret)) {
        // act parses up to the last `::` of a line as the name, and would show the secret as an unknown command.
        if (value.includes('::')) write(`${formatOldCommand('add-mask', value)}${EOL}`)
        else command('add-mask', {}, value)
      }
    },
    print: (text) => {
      for (const line of door.lines(text, logText)) write(`${line}${EOL}`)
    },
    set: (file, name, value) => {
      const path = env[`GITHUB_${file}`]
      if (!path) {
        // A set-output must start a line, even if the step's output ended within a line; a save-state does not need that.
        if (file === 'OUTPUT') write(EOL)
        command(commandOf[file], { name }, value)
        return
      }
      appendBlock(path, name, value)
    },
    exportVariable: (name, value) => {
      const path = env['GITHUB_ENV']
      if (path) appendBlock(path, name, value)
    },
  }
}

/** Appends an entry to a runner file. A value cannot end its block, because the delimiter has more underscores than any text like it in the value. */
function appendBlock(path: string, name: string, value: string): void {
  // Not random: the module for that takes longer to load than the rest of a start (measured).
  const longest = (value.match(/ghadelimiter_+/g) ?? ['']).reduce((most, { length }) => Math.max(most, length), 0)
  const delimiter = 'ghadelimiter_'.padEnd(longest + 1, '_')
  appendFileSync(path, `${name}<<${delimiter}${EOL}${value}${EOL}${delimiter}${EOL}`)
}

/** Returns a command as text, with escaped values. */
function formatCommand(name: string, properties: Properties, message: string): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${escapeProperty(String(value))}`],
  )
  return `::${name}${given.length === 0 ? '' : ` ${given.join(',')}`}::${escapeData(message)}`
}

/** Returns the text of an input without surrounding white space; "" if it is not set. */
export function readInput(env: Environment, name: string, { trimWhitespace = true } = {}): string {
  const text = env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? ''
  return trimWhitespace ? text.trim() : text
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** Returns a command in the runner's older format, which is still supported: `##[name]message`. */
function formatOldCommand(name: string, message: string): string {
  return `##[${name}]${escapeData(message).replaceAll(';', '%3B').replaceAll(']', '%5D')}`
}

/** Splits text after a space or a comma, if there is one, into pieces of at most `limits.debugLine` characters. */
function wrap(text: string): readonly string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > limits.debugLine) {
    const piece = rest.slice(0, limits.debugLine)
    const end = Math.max(piece.lastIndexOf(' '), piece.lastIndexOf(','), piece.lastIndexOf('\n')) + 1
    const length = end > limits.debugLine / 2 ? end : limits.debugLine
    pieces.push(rest.slice(0, length))
    rest = rest.slice(length)
  }
  return [...pieces, rest]
}
