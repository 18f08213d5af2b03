import { limits } from '../../bounds/limits.ts'
import { systemClock } from '../clock.ts'
import type { Annotation, Environment, Log } from '../host.ts'
import { createDoor, type TextBounds } from './door.ts'
import { harmless } from './harmless.ts'
import { createLiveLines } from './live-lines.ts'
import { type Outlet, tokenVariables } from './outlet.ts'

/** The streams of the command line: those of this process, or substitutes in tests. */
export type Streams = { readonly out: TextStream; readonly err: TextStream }

export type TextStream = {
  readonly write: (text: string) => unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export type Display = {
  /** Whether the result is a JSON document on standard output, and the log goes to standard error. */
  readonly json: boolean
  /** Whether every line of the log is shown, at a terminal too. */
  readonly plain: boolean
  readonly debug: boolean
}

/** The output of the command line. */
export type TerminalOutlet = Outlet & {
  /** Masks a secret in all later output. */
  readonly hide: (secret: string) => void
  /** Writes text that is part of this program, such as help, unchanged to standard output. */
  readonly printOwn: (text: string) => void
  /** Writes lines of the result to standard output. */
  readonly print: (text: string) => void
  /** Writes the result to standard output, as one JSON document. */
  readonly printJson: (value: unknown) => void
  /** Writes an error to standard error. */
  readonly fail: (message: string) => void
  /** Erases the live lines and shows the cursor again. Later calls draw nothing. */
  readonly close: () => void
}

const text: TextBounds = { line: limits.logLine, lines: limits.logLines, total: limits.logLine * 8 }
/** Limits for a result, which may be a long table. */
const result: TextBounds = { line: limits.logLine, lines: limits.resultLines, total: limits.result }
const title: TextBounds = { line: limits.title, lines: 1, total: limits.title }

/** Returns the standard streams of this process. */
export function processStreams(): Streams {
  return { out: process.stdout, err: process.stderr }
}

/** Creates the output of the command line: lines for people instead of commands for a runner. All text is sanitized. */
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

/** Environment variables of a user that may contain secrets. */
const hiddenVariables = [...tokenVariables, 'GH_TOKEN']

/** Milliseconds between two redraws: seconds are shown with one decimal. */
const drawEvery = 100

const color = new RegExp(String.raw`${'\u001b'}\[[0-9;:]{0,64}m`, 'g')

function repeat(draw: () => void): () => void {
  const timer = setInterval(draw, drawEvery)
  // The display must not keep the process alive.
  timer.unref()
  return () => clearInterval(timer)
}

function placed(message: string, { place }: Annotation = {}): string {
  const where = place === undefined ? '' : `${place.file}:${place.line}: `
  // Some messages start with their position.
  return message.startsWith(where) ? message : `${where}${message}`
}

/** Returns the value as JSON without text that a terminal or a runner could parse as an instruction. */
function jsonOf(value: unknown): string {
  const lines = JSON.stringify(value, null, 2).replaceAll(unprintable, escapeOf).split('\n')
  // The remaining matches are inside of strings: a line of JSON starts with a space, a bracket or a quote.
  return lines.map((line) => (harmless(line) === line ? line : line.replaceAll('#', escapeOf))).join('\n')
}

/** Characters that JSON does not escape: further control characters, line terminators, and those that reorder the displayed text. */
const unprintable = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
