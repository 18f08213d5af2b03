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
