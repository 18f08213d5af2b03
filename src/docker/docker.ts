import type { ExecOptions, ExecResult, Host } from '../host/host.ts'

/** The program of the Docker CLI. It is started by {@link docker}, and by the clean-up of what that has made. */
export const dockerProgram = 'docker'

/** Runs the Docker CLI. What `host.exec` says of its result and errors is true of this too. */
export function docker(
  { exec }: Pick<Host, 'exec'>,
  args: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  return exec(dockerProgram, args, options)
}

/**
 * The command that connects its standard input and output to the daemon of the machine that it is run on, or to the one behind a socket
 * there, in words for a shell.
 */
export function dialCommand(socket: string | undefined): readonly string[] {
  const host = socket === undefined ? [] : ['--host', quoted(`unix://${socket}`)]
  return [dockerProgram, ...host, 'system', 'dial-stdio']
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
