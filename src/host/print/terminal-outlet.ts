import { limits } from '../../bounds/limits.ts'
import { systemClock } from '../clock.ts'
import type { Annotation, Environment, Log } from '../host.ts'
import { createDoor, type TextBounds } from './door.ts'
import { harmless } from './harmless.ts'
import { createLiveLines } from './live-lines.ts'
import { type Outlet, tokenVariables } from './outlet.ts'

/** Where the text of a command line goes: the streams of this process, or what a test puts in their place. */
export type Streams = { readonly out: TextStream; readonly err: TextStream }

export type TextStream = {
  readonly write: (text: string) => unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export type Display = {
  /** The result is a JSON document on standard output, and the log goes to standard error. */
  readonly json: boolean
  /** Every line of the log, also where a person looks. */
  readonly plain: boolean
  readonly debug: boolean
}

/** The outlet of a command line. */
export type TerminalOutlet = Outlet & {
  /** Hides a secret in all that is printed from now on. */
  readonly hide: (secret: string) => void
  /** Writes text that is part of this program, such as help, to standard output as it is. */
  readonly printOwn: (text: string) => void
  /** Writes lines of the result to standard output. */
  readonly print: (text: string) => void
  /** Writes the result to standard output, as one JSON document. */
  readonly printJson: (value: unknown) => void
  /** Writes an error to standard error. */
  readonly fail: (message: string) => void
  /** Erases the live lines and shows the cursor again. Nothing is drawn after it. */
  readonly close: () => void
}

const text: TextBounds = { line: limits.logLine, lines: limits.logLines, total: limits.logLine * 8 }
/** A table has as many lines as it has. */
const result: TextBounds = { line: limits.logLine, lines: limits.resultLines, total: limits.result }
const title: TextBounds = { line: limits.title, lines: 1, total: limits.title }

/** Returns the standard streams of this process. */
export function processStreams(): Streams {
  return { out: process.stdout, err: process.stderr }
}

/** Creates the outlet of a command line: lines for people instead of commands for a runner. All text passes the door. */
export function createTerminalOutlet({ out, err }: Streams, display: Display, env: Environment): TerminalOutlet {
  const door = createDoor()
  for (const name of hiddenVariables) door.hide(env[name] ?? '')
  const stream = display.json ? err : out
  const isLive = stream.isTTY === true && !display.plain && !env['CI'] && env['TERM'] !== 'dumb'
  const live = createLiveLines({
    write: (piece) => void stream.write(piece),
    columns: () => stream.columns ?? 0,
    now: () => systemClock.now().getTime(),
    repeat,
    clean: (line) => door.lines(line, title).join(' ').replaceAll(color, ''),
  })
  const write = (to: TextStream, message: string, bounds: TextBounds): void => {
    live.above(() => {
      for (const line of door.lines(message, bounds)) to.write(`${line}\n`)
    })
  }
  const say = (message: string) => write(stream, message, text)
  const log: Log = {
    debug: (message) => {
      if (display.debug) say(`debug: ${message}`)
    },
    info: say,
    warning: (message, annotation) => say(`warning: ${placed(message, annotation)}`),
    progress: (message) => {
      if (isLive) live.status(message)
    },
    detail: (message) => {
      if (!isLive) say(message)
    },
    watch: (running) => (isLive ? live.watch(running) : () => undefined),
    group: async (name, work) => {
      say(name)
      return await work()
    },
  }
  const fail = (message: string) => write(err, message, text)
  return {
    log,
    runner: {
      setOutput: () => undefined,
      exportVariable: () => undefined,
      mask: door.hide,
      error: (message, annotation) => fail(`error: ${placed(message, annotation)}`),
      notice: (message, annotation) => say(`note: ${placed(message, annotation)}`),
      writeSummary: () => undefined,
    },
    saveState: () => undefined,
    hide: (secret) => void door.hide(secret),
    printOwn: (message) => live.above(() => out.write(`${message}\n`)),
    print: (message) => write(out, message, result),
    printJson: (value) => live.above(() => out.write(`${door.redact(jsonOf(value))}\n`)),
    fail,
    close: live.close,
  }
}

/** Secrets that a user's environment may hold. */
const hiddenVariables = [...tokenVariables, 'GH_TOKEN']

/** Milliseconds between two drawings: seconds have a decimal place. */
const drawEvery = 100

const color = new RegExp(String.raw`${'\u001b'}\[[0-9;:]{0,64}m`, 'g')

function repeat(draw: () => void): () => void {
  const timer = setInterval(draw, drawEvery)
  // What runs keeps the process alive, not its display.
  timer.unref()
  return () => clearInterval(timer)
}

function placed(message: string, { place }: Annotation = {}): string {
  const where = place === undefined ? '' : `${place.file}:${place.line}: `
  // Some messages begin with their place.
  return message.startsWith(where) ? message : `${where}${message}`
}

/** The value as JSON, whose text holds nothing that a terminal or a runner could take for an instruction. */
function jsonOf(value: unknown): string {
  const lines = JSON.stringify(value, null, 2).replaceAll(unprintable, escapeOf).split('\n')
  // What is left is in a text: a line of JSON begins with a space, a bracket or a quote.
  return lines.map((line) => (harmless(line) === line ? line : line.replaceAll('#', escapeOf))).join('\n')
}

/** What JSON leaves as it is: further control characters, ends of lines, and what reorders the text that is shown. */
const unprintable = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
