import { ActionError } from '../errors/action-error.ts'
import type { SshAgent } from '../inputs/inputs.ts'
import type { Run } from '../run-context.ts'
import { fileProblem } from './file-problem.ts'

/**
 * Checks that the agent socket or the keys of an entry of `ssh` exist; the default is SSH_AUTH_SOCK. Paths are not shown, because users
 * may put the key itself there.
 * | @throws ActionError `secret-not-found`
 */
export async function checkSsh({ host }: Pick<Run, 'host'>, { id, paths, line }: SshAgent): Promise<void> {
  const { env, os } = host
  const name = /^[\w.-]{1,40}$/.test(id) ? `the SSH agent ${id}` : 'an SSH agent'
  const fault = (found: string, hint: string): ActionError =>
    new ActionError('secret-not-found', `Cannot pass ${name} to the build (ssh, line ${line}): ${found}`, { hint })
  if (paths.length === 0) {
    const socket = env['SSH_AUTH_SOCK']
    const hint =
      'Start an agent in a step before this one that leaves SSH_AUTH_SOCK in the environment of the job, or name a key: id=path.'
    // On Windows, agents listen on a pipe with a fixed name.
    if (!socket && os !== 'win32') throw fault('SSH_AUTH_SOCK is not set', hint)
    const problem = socket && fileProblem(socket)
    if (problem) throw fault(`the socket that SSH_AUTH_SOCK names ${problem}`, hint)
  }
  for (const path of paths) {
    const problem = fileProblem(path)
    const hint =
      'Check the path, which is relative to the workspace, and that the user of this job can read the file. Steps that write it must run before this one.'
    if (problem !== undefined) throw fault(`the socket or key ${problem}`, hint)
  }
}
