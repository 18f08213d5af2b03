import type { Host } from '../host/host.ts'
import { inputRows } from '../inputs/schema.ts'
import type { UrlCredentials } from '../inputs/url-credentials.ts'
import type { Plan } from '../plan/plan.ts'
import { buildSecretsOf, knownSecrets } from './known-secrets.ts'

type Means = Pick<Host, 'env' | 'runner'>

/** Hides the inputs that are one secret, before anything that could have them in it is printed. */
export function maskInputs(readInput: (name: string) => string, { mask }: Pick<Host['runner'], 'mask'>): void {
  for (const [name, { kind }] of Object.entries(inputRows)) {
    const value = kind === 'secret' ? readInput(name) : ''
    if (value !== '') mask(value)
  }
}

/**
 * Hides the secrets of the plan in the log from now on. Files are not read: they may be of any size and kind, and what `{` or `registry=`
 * they have would be hidden wherever it stands.
 */
export function maskSecrets(plan: Pick<Plan, 'logins' | 'build' | 'engine'>, { env, runner }: Means): void {
  for (const { text } of knownSecrets(plan, env)) runner.mask(text)
}

/** Hides the values of build secrets, as {@link maskSecrets} does, before there is a plan. */
export function maskBuildSecrets(secrets: Plan['build']['secrets'], { env, runner }: Means): void {
  for (const { text } of buildSecretsOf(secrets, env)) runner.mask(text)
}

/** Hides user and password of a URL in the log from now on. */
export function maskCredentials({ forms }: UrlCredentials, { runner }: Pick<Means, 'runner'>): void {
  for (const form of forms) runner.mask(form.reveal())
}

type Cut = { readonly file: string; readonly line: number; readonly credentials: UrlCredentials }

/** Hides what was cut out of a Dockerfile, and says so: the password is still in the file. */
export function tellCut({ file, line, credentials }: Cut, { runner }: Pick<Means, 'runner'>): void {
  maskCredentials(credentials, { runner })
  runner.notice(
    `${file}:${line}: ADD has a password in its URL. It is sent to ${credentials.host} and kept out of the image; remove it from the Dockerfile`,
    { place: { file, line } },
  )
}
