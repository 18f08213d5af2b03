import type { Display } from '../host/print/terminal-outlet.ts'
import { type FlagRows, type GivenFlags, isOn } from './read-flags.ts'

/** The flags of every command. */
export const displayFlags = {
  json: { kind: 'switch', doc: 'Print the result as JSON on standard output, and the log on standard error.' },
  plain: { kind: 'switch', doc: 'Print every line of the log, also on a terminal. Default when the output is piped.' },
  debug: { kind: 'switch', doc: 'Print debug messages too.' },
  help: { kind: 'switch', short: 'h', doc: 'Print this text.' },
} as const satisfies FlagRows

/** Returns the output format that the flags select. */
export function readDisplay(given: GivenFlags): Display {
  return { json: isOn(given, 'json'), plain: isOn(given, 'plain'), debug: isOn(given, 'debug') }
}
