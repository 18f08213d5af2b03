#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readLimited } from '../bounds/read-limited.ts'
import { systemClock } from '../host/clock.ts'
import { guardOutput } from '../host/print/outlet.ts'
import { processStreams, type TerminalOutlet } from '../host/print/terminal-outlet.ts'
import { runCommandLine } from './run-command-line.ts'

const cancel = new AbortController()
let outlet: TerminalOutlet | undefined
/** Handles an uncaught error: it ends the command like a cancellation. */
let crash: { readonly thrown: unknown } | undefined

/** Milliseconds after an interrupt in which further ones are ignored: npx forwards the signal that the terminal has already sent. */
const sameInterrupt = 1_000
let interrupted: number | undefined
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    const now = systemClock.now().getTime()
    if (interrupted === undefined) {
      interrupted = now
      cancel.abort()
      outlet?.log.info('Canceled: cleaning up. Interrupt again to stop at once')
    } else if (name === 'SIGINT' && now - interrupted > sameInterrupt) {
      process.exit(130)
    }
  })
}
// Restores the terminal's cursor however the process ends.
process.once('exit', () => outlet?.close())
/** Whether a part of the result is lost. */
let isIncomplete = false
guardOutput(
  { debug: (message) => outlet?.log.debug(message) },
  (thrown) => {
    crash ??= { thrown }
    process.exitCode ??= 1
    cancel.abort()
  },
  ({ code, message }) => {
    // A reader such as `head` that has enough closes the pipe.
    if (code === 'EPIPE' || isIncomplete) return
    isIncomplete = true
    outlet?.fail(`error: Cannot write to standard output: ${message}`)
  },
)
process.once('exit', () => {
  if (isIncomplete && process.exitCode === 0) process.exitCode = 1
})

process.exitCode = await runCommandLine({
  args: process.argv.slice(2),
  env: process.env,
  streams: processStreams(),
  version: versionOf(join(dirname(fileURLToPath(import.meta.url)), '../../package.json')),
  signal: cancel.signal,
  readStandardInput: async () =>
    (await readLimited(process.stdin, limits.standardInput)).toString().replace(/\r?\n$/, ''),
  onOutlet: (opened) => {
    outlet = opened
  },
  toError: (thrown) => (crash ? crash.thrown : thrown),
})

/** The version of the package: `package.json` is two directories above this file, bundled or not. */
function versionOf(path: string): string {
  const { version } = parseJson(readFileSync(path, 'utf8')) as { readonly version: string }
  return version
}
