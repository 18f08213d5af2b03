import type { Environment } from '../host/host.ts'
import type { Display, TerminalOutlet } from '../host/print/terminal-outlet.ts'

/** A command of the command line. */
export type Command = {
  /** The whole text of `polyarch NAME --help`. */
  readonly help: () => string
  /**
   * Reads what follows the name of the command. Nothing is done or printed.
   *
   * @throws ActionError `input-invalid` for arguments that the command does not accept
   */
  readonly read: (args: readonly string[]) => Invocation
}

/** A command with its arguments. */
export type Invocation = {
  readonly display: Display
  /**
   * Does the work.
   *
   * @returns the exit status
   * @throws what ends the command, which its caller reports
   */
  readonly run: (context: CommandContext) => Promise<number>
}

/** What a command has. */
export type CommandContext = {
  readonly env: Environment
  /** Aborted when the user cancels the command. */
  readonly signal: AbortSignal
  readonly outlet: TerminalOutlet
  /** Reports an error, with `--json` as part of the document `known`. Returns the exit status. */
  readonly fail: (thrown: unknown, known?: Readonly<Record<string, unknown>>) => number
  /** The text of standard input. Throws for one that is longer than a password can be. */
  readonly readStandardInput: () => Promise<string>
}
