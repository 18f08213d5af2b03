import { appendFileSync } from 'node:fs'
import { EOL } from 'node:os'
import { limits } from '../../bounds/limits.ts'
import type { Environment } from '../host.ts'
import type { Door, TextBounds } from './door.ts'

/**
 * The runner's workflow commands, byte for byte as @actions/core writes them (a test holds the two side by side).
 * That package itself is not loaded: its HTTP client makes every start 90 ms longer, more than a cached build's share.
 * All text passes the door here, and nothing else writes to standard output or standard error.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export type Commands = {
  /** A command on standard output whose message people read: `::error file=a,line=3::message`. */
  readonly issue: (name: Told, properties: Properties, message: string) => void
  /** Hides a secret (every line of it) in all that is printed from now on, by the runner as well. */
  readonly mask: (secret: string) => void
  /** Adds a value to one of the runner's files (`OUTPUT`, `STATE`) as it is; a runner without the file gets a command. */
  readonly set: (file: 'OUTPUT' | 'STATE', name: string, value: string) => void
  /** Adds a variable to the file of later steps' environment as it is; without the file nothing: runners refuse the command for it. */
  readonly exportVariable: (name: string, value: string) => void
  /** Lines of the log. */
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

/** Creates the writer of commands and lines. `write` takes text of standard output. */
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
        // act takes the last `::` of a line for the end of the name, and would show the secret as a command unknown to it.
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
        // A set-output must begin a line, wherever the step's own output stopped; a save-state comes without.
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

/** A value cannot end its block early: it does not know the delimiter. */
function appendBlock(path: string, name: string, value: string): void {
  // Loaded on demand: the post step usually does not need it and starts faster.
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  const delimiter = `ghadelimiter_${randomUUID()}`
  appendFileSync(path, `${name}<<${delimiter}${EOL}${value}${EOL}${delimiter}${EOL}`)
}

/** One command as text, its values escaped. */
function formatCommand(name: string, properties: Properties, message: string): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${escapeProperty(String(value))}`],
  )
  return `::${name}${given.length === 0 ? '' : ` ${given.join(',')}`}::${escapeData(message)}`
}

/** The text of an input as the runner passes it, without white space around it; "" when it was not given. */
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

/** The form that the runner took first, and still does: `##[name]message`. */
function formatOldCommand(name: string, message: string): string {
  return `##[${name}]${escapeData(message).replaceAll(';', '%3B').replaceAll(']', '%5D')}`
}

/** Pieces of `limits.debugLine` characters at most that begin after a space or a comma, if there is one. */
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
