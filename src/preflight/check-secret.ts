import { statSync } from 'node:fs'
import { ActionError } from '../errors/action-error.ts'
import { inputOfSecret, longestSecret, tooLarge, whyEmpty } from '../inputs/build-secrets.ts'
import type { BuildSecret } from '../inputs/inputs.ts'
import type { Run } from '../run-context.ts'
import { fileProblem } from './file-problem.ts'

/**
 * Checks that the environment variable or file of a build secret exists. buildx treats an unset variable as an empty secret. Neither name
 * nor path is shown, because users may put the value itself there.
 * | @throws ActionError `secret-not-found`; `input-invalid` if it is too large
 */
export async function checkSecret({ host }: Pick<Run, 'host'>, { id, source, line }: BuildSecret): Promise<void> {
  const { env } = host
  // Anything other than a plain ID may be part of a value.
  const name = /^[\w.-]{1,100}$/.test(id) ? `the secret ${id}` : 'a secret'
  const fault = (code: 'secret-not-found' | 'input-invalid', found: string, hint: string): ActionError =>
    new ActionError(code, `Cannot pass ${name} to the build (${inputOfSecret[source.kind]}, line ${line}): ${found}`, {
      hint,
    })
  const what = source.kind === 'env' ? 'the environment variable' : 'the file'
  const shrink = 'Secrets are for keys and tokens; put the rest into the build context.'
  if (source.kind === 'env') {
    const value = env[source.name]
    const hint = `Set the variable with \`env\`, or pass the value with \`secrets\`. Check the name of the secret: ${whyEmpty}.`
    if (value === undefined) throw fault('secret-not-found', `${what} is not set`, hint)
    if (value.trim() === '') throw fault('secret-not-found', `${what} is empty`, hint)
    if (Buffer.byteLength(value) > longestSecret) throw fault('input-invalid', `${what} ${tooLarge}`, shrink)
  }
  if (source.kind === 'file') {
    const problem = fileProblem(source.path)
    if (problem !== undefined) throw fault('secret-not-found', `${what} ${problem}`, fileHint)
    if (!statSync(source.path).isFile()) throw fault('secret-not-found', `${what} is not a regular file`, fileHint)
    if (statSync(source.path).size > longestSecret) throw fault('input-invalid', `${what} ${tooLarge}`, shrink)
  }
}

const fileHint =
  'Check the path, which is relative to the workspace, and that the user of this job can read the file. Steps that write it must run before this one. To pass a value instead of a path, use `secrets`.'
