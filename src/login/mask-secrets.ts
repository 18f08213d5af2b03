import type { Host } from '../host/host.ts'
import type { Plan } from '../plan/plan.ts'

/**
 * Hides the secrets of the plan in the log from now on: passwords, and the values of build secrets, those of environment variables too.
 * Files are not read: they may be of any size and kind, and what `{` or `registry=` they have would be hidden wherever it stands.
 */
export function maskSecrets(
  { logins, build }: Pick<Plan, 'logins' | 'build'>,
  { env, runner }: Pick<Host, 'env' | 'runner'>,
): void {
  for (const { username, password } of logins) {
    runner.mask(password.reveal())
    // As it is sent, and as Docker's configuration holds it.
    runner.mask(Buffer.from(`${username}:${password.reveal()}`).toString('base64'))
  }
  for (const { source } of build.secrets) {
    const value = source.kind === 'value' ? source.value.reveal() : source.kind === 'env' ? env[source.name] : undefined
    if (value) runner.mask(value)
  }
}
