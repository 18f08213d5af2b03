import type { Host } from '../host/host.ts'
import { inputRows } from '../inputs/schema.ts'
import type { Plan } from '../plan/plan.ts'

/** Hides the inputs that are one secret, before anything that could have them in it is printed. */
export function maskInputs(readInput: (name: string) => string, { mask }: Pick<Host['runner'], 'mask'>): void {
  for (const [name, { kind }] of Object.entries(inputRows)) {
    const value = kind === 'secret' ? readInput(name) : ''
    if (value !== '') mask(value)
  }
}

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
  maskBuildSecrets(build.secrets, { env, runner })
}

/** Hides the values of build secrets, as {@link maskSecrets} does, before there is a plan. */
export function maskBuildSecrets(
  secrets: Plan['build']['secrets'],
  { env, runner }: Pick<Host, 'env' | 'runner'>,
): void {
  for (const { source } of secrets) {
    const value = source.kind === 'value' ? source.value.reveal() : source.kind === 'env' ? env[source.name] : undefined
    if (value) runner.mask(value)
  }
}
