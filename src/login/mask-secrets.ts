import type { Host } from '../host/host.ts'
import type { Cut } from '../inputs/dockerfile-credentials.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { type InputName, inputRows } from '../inputs/schema.ts'
import type { UrlCredentials } from '../inputs/url-credentials.ts'
import type { Plan } from '../plan/plan.ts'
import { buildSecretsOf, knownSecrets } from './known-secrets.ts'

/** Inputs that name a server, and with it perhaps a user and password, which few of them accept. */
const places: readonly InputName[] = [
  'images',
  'tags',
  'registry',
  'context',
  'build-contexts',
  'file',
  'emulator-image',
  'outputs',
  'builder',
  'endpoint',
  'driver-opts',
  'append',
]

/**
 * Hides the inputs that are one secret, before anything that could have them in it is printed, and each password before an `@` where a server
 * is named: an error about it quotes it.
 */
export function maskInputs(readInput: (name: string) => string, { env, runner }: Pick<Host, 'env' | 'runner'>): void {
  for (const [name, { kind }] of Object.entries(inputRows)) {
    const value = kind === 'secret' ? readInput(name) : ''
    if (value !== '') runner.mask(value)
  }
  for (const text of [...places.map(readInput), env['DOCKER_HOST'] ?? '']) {
    for (const [, password = ''] of text.matchAll(passwordBeforeHost)) runner.mask(password)
  }
}

/** `user:password@`, with or without a scheme; `name:tag@sha256:…` is none. */
const passwordBeforeHost = /(?<![^\s,="'/])[^\s:/@,="']{0,256}:([^\s/:]{1,4096})@(?!sha\d{3}:)/gi

/**
 * Hides the secrets of the plan in the log from now on. Files are not read: they may be of any size and kind, and what `{` or `registry=`
 * they have would be hidden wherever it stands.
 */
export function maskSecrets(
  plan: Pick<Plan, 'logins' | 'identities' | 'build' | 'engine'>,
  { env, runner }: Pick<Host, 'env' | 'runner'>,
): void {
  for (const { text } of knownSecrets(plan, env)) runner.mask(text)
}

/** Hides the values of build secrets, as {@link maskSecrets} does, before there is a plan. */
export function maskBuildSecrets(
  secrets: Plan['build']['secrets'],
  { env, runner }: Pick<Host, 'env' | 'runner'>,
): void {
  for (const { text } of buildSecretsOf(secrets, env)) runner.mask(text)
}

/** Hides the passwords and keys of `registries`, as {@link maskSecrets} does, before there is a plan. */
export function maskLogins(logins: Inputs['logins'], { runner }: Pick<Host, 'runner'>): void {
  for (const { means } of logins) {
    if (means.kind === 'password') runner.mask(means.password.reveal())
    if (means.kind === 'aws' && means.keys !== undefined) runner.mask(means.keys.password.reveal())
  }
}

/** Hides the private keys with which the nodes of a builder are spoken to. */
export function maskNodes(
  { nodeTls, append }: Pick<Inputs, 'nodeTls' | 'append'>,
  { runner }: Pick<Host, 'runner'>,
): void {
  for (const tls of [nodeTls, ...append.map((node) => node.tls)]) {
    if (tls?.own !== undefined) runner.mask(tls.own.key.reveal())
  }
}

/** Hides user and password of a URL in the log from now on. */
function maskCredentials({ forms }: UrlCredentials, { runner }: Pick<Host, 'runner'>): void {
  for (const form of forms) runner.mask(form.reveal())
}

/** Hides what was cut out of a Dockerfile, and says so: the password is still in the file. */
export function tellCut(
  { file, line, credentials }: Omit<Cut, 'url'> & { readonly file: string },
  { runner }: Pick<Host, 'runner'>,
): void {
  maskCredentials(credentials, { runner })
  runner.notice(
    `${file}:${line}: ADD has a password in its URL. It is sent to ${credentials.host} and kept out of the image; remove it from the Dockerfile`,
    { place: { file, line } },
  )
}
