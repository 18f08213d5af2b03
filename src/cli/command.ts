import type { Environment } from '../host/host.ts'
import type { Display, TerminalOutlet } from '../host/print/terminal-outlet.ts'

/** A command of the command line. */
export type Command = {
  /** Returns the whole text of `polyarch NAME --help`. */
  readonly help: () => string
  /**
   * Parses the arguments after the name of the command. Has no side effects.
   *
   * @throws ActionError `input-invalid` for arguments that the command does not accept
   */
  readonly read: (args: readonly string[]) => Invocation
}

/** A command with its arguments. */
export type Invocation = {
  readonly display: Display
  /**
   * Runs the command.
   *
   * @returns the exit status
   * @throws any error that ends the command; the caller reports it
   */
  readonly run: (context: CommandContext) => Promise<number>
}

/** The context of a running command. */
export type CommandContext = {
  readonly env: Environment
  /** Aborted when the user cancels the command. */
  readonly signal: AbortSignal
  readonly outlet: TerminalOutlet
  /** Reports an error, with `--json` as part of the document `known`. Returns the exit status. */
  readonly fail: (thrown: unknown, known?: Readonly<Record<string, unknown>>) => number
  /** Returns the text of standard input. Throws if it is longer than a password can be. */
  readonly readStandardInput: () => Promise<string>
}
