import { type ActionError, exitStatus, toActionError } from '../errors/action-error.ts'
import type { Environment } from '../host/host.ts'
import { createTerminalOutlet, type Display, type Streams, type TerminalOutlet } from '../host/print/terminal-outlet.ts'
import { didYouMean, quote } from '../inputs/read/problem.ts'
import { describeWithLink, logCauses } from '../report/failure.ts'
import type { CommandContext } from './command.ts'
import { commands } from './commands.ts'
import { renderRows } from './help.ts'
import { usageError } from './read-flags.ts'

/** What the command line uses of its process. */
export type CommandLine = Pick<CommandContext, 'signal' | 'readStandardInput'> & {
  readonly args: readonly string[]
  readonly env: Environment
  readonly streams: Streams
  readonly version: string
  /** Called with each new outlet for text. */
  readonly onOutlet?: (outlet: TerminalOutlet) => void
  /** Returns the error to report for an error of a command. Default: the same error. */
  readonly toError?: (thrown: unknown) => unknown
}

/** Runs one command line. Never throws. */
export async function runCommandLine(line: CommandLine): Promise<number> {
  const { args, env, streams, version, signal, readStandardInput } = line
  const open = (display: Display): TerminalOutlet => {
    const outlet = createTerminalOutlet(streams, display, env)
    line.onOutlet?.(outlet)
    return outlet
  }
  const [name = '', ...rest] = args[0] === 'help' ? [args[1] ?? '--help', '--help'] : args
  const plain = open(plainDisplay)
  try {
    if (name === '--version' || name === '-V') return done(() => plain.printOwn(`polyarch ${version}`))
    if (name === '--help' || name === '-h') return done(() => plain.printOwn(overview()))
    if (name === '') {
      plain.fail(overview())
      return 1
    }
    const row = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (row === undefined) {
      throw usageError('', [`${quote(name)} is not a command${didYouMean(name, Object.keys(commands))}`])
    }
    const command = await row.load()
    if (asksForHelp(rest)) return done(() => plain.printOwn(command.help()))
    const { display, run } = command.read(rest)
    const outlet = open(display)
    const fail: CommandContext['fail'] = (thrown, known = {}) => {
      const error = toActionError(line.toError ? line.toError(thrown) : thrown)
      const status = report(error, outlet, display.json ? known : undefined)
      logCauses(error, outlet.log)
      return status
    }
    try {
      return await run({ env, signal, outlet, readStandardInput, fail })
    } catch (thrown) {
      return fail(thrown)
    } finally {
      outlet.close()
    }
  } catch (thrown) {
    return report(toActionError(thrown), plain, asksForJson(args) ? {} : undefined)
  }
}

/** Prints an error and, if `known` is given, a JSON document of `known` and the error. Returns the exit status. */
function report(error: ActionError, outlet: TerminalOutlet, known?: Readonly<Record<string, unknown>>): number {
  outlet.fail(`error: ${describeWithLink(error)}`)
  const { code, message, hint = null } = error
  // One of the outputs of the step is the code.
  const output = known !== undefined && Object.hasOwn(known, 'error-code') ? { 'error-code': code } : {}
  if (known !== undefined) outlet.printJson({ ...known, ...output, error: { code, message, hint } })
  return exitStatus(code)
}

const plainDisplay: Display = { json: false, plain: true, debug: false }

function done(print: () => void): 0 {
  print()
  return 0
}

function asksForHelp(args: readonly string[]): boolean {
  return flagsOf(args).some((arg) => arg === '--help' || arg === '-h')
}

/** Whether the errors of invalid arguments, which have no parsed flags, are also printed as JSON. */
function asksForJson(args: readonly string[]): boolean {
  return flagsOf(args).some((arg) => arg === '--json' || arg === '--json=true')
}

function flagsOf(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return end < 0 ? args : args.slice(0, end)
}

/** Returns the help of the command line as a whole. */
export function overview(): string {
  return [
    'Usage: polyarch COMMAND [FLAGS]',
    '',
    'Build, verify and publish container images for several platforms. The same as the action',
    'polyarch/build, as a command line.',
    '',
    'Examples:',
    '  # Build for two platforms, verify both, and push.',
    '  polyarch build . --images ghcr.io/acme/app --tags 1.2.3,latest --platforms amd64,arm64 --push',
    '  # Check an image that is already in a registry.',
    '  polyarch verify ghcr.io/acme/app:1.2.3 --platforms amd64,arm64',
    '',
    'Commands:',
    ...renderRows(Object.entries(commands).map(([name, { summary }]) => [name, summary] as const)),
    '',
    'Run polyarch COMMAND --help for the flags of a command, and polyarch --version for the version.',
    '',
    'Exit status: 0 success, 66 a named file or image does not exist, 75 a transient failure,',
    '1 any other failure.',
  ].join('\n')
}
