import type { Host } from '../host/host.ts'
import type { BuildSecret } from '../inputs/inputs.ts'
import { inputRows } from '../inputs/schema.ts'

/** Hides the inputs that are one secret, before anything that could have them in it is printed. */
export function maskInputs(readInput: (name: string) => string, { mask }: Pick<Host['runner'], 'mask'>): void {
  for (const [name, { kind }] of Object.entries(inputRows)) {
    const value = kind === 'secret' ? readInput(name) : ''
    if (value !== '') mask(value)
  }
}

/**
 * Hides the values of build secrets in the log from now on, those of environment variables too. Files are not read: they
 * may be of any size and kind, and what `{` or `registry=` they have would be hidden wherever it stands.
 */
export function maskSecrets(secrets: readonly BuildSecret[], { env, runner }: Pick<Host, 'env' | 'runner'>): void {
  for (const { source } of secrets) {
    const value = source.kind === 'value' ? source.value.reveal() : source.kind === 'env' ? env[source.name] : undefined
    if (value) runner.mask(value)
  }
}
