import type { ExecOptions, ExecResult, Host } from '../host/host.ts'

/** The Docker CLI binary, started by {@link docker} and by clean-up. */
export const dockerProgram = 'docker'

/** Runs the Docker CLI. Results and errors are those of `host.exec`. */
export function docker(
  { exec }: Pick<Host, 'exec'>,
  args: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  return exec(dockerProgram, args, options)
}

/**
 * Returns the shell command that connects its standard input and output to the daemon of the machine that it runs on, or to the one behind
 * a socket of that machine.
 */
export function dialCommand(socket: string | undefined): readonly string[] {
  const host = socket === undefined ? [] : ['--host', quoted(`unix://${socket}`)]
  return [dockerProgram, ...host, 'system', 'dial-stdio']
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
