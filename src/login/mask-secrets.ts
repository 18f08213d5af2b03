import { annotationAt } from '../dockerfile/read/inline.ts'
import type { Host } from '../host/host.ts'
import type { Cut } from '../inputs/dockerfile-credentials.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { type InputName, inputRows } from '../inputs/schema.ts'
import type { UrlCredentials } from '../inputs/url-credentials.ts'
import type { Plan } from '../plan/plan.ts'
import { buildSecretsOf, knownSecrets } from './known-secrets.ts'

/** Inputs with a server address, which may contain a user and password even if the input does not accept them. */
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
 * Masks inputs that are a secret as a whole before any text that may contain them is printed, and passwords before the `@` of a
 * server address, because errors quote the address.
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

/** `user:password@`, with or without a scheme; does not match `name:tag@sha256:…`. */
const passwordBeforeHost = /(?<![^\s,="'/])[^\s:/@,="']{0,256}:([^\s/:]{1,4096})@(?!sha\d{3}:)/gi

/**
 * Masks the secrets of the plan in the log. Files are not read: they may have any size and format, and common texts in them such as `{` or
 * `registry=` would be masked everywhere.
 */
export function maskSecrets(
  plan: Pick<Plan, 'logins' | 'identities' | 'build' | 'engine'>,
  { env, runner }: Pick<Host, 'env' | 'runner'>,
): void {
  for (const { text } of knownSecrets(plan, env)) runner.mask(text)
}

/** Masks the values of build secrets, like {@link maskSecrets}, before the plan exists. */
export function maskBuildSecrets(
  secrets: Plan['build']['secrets'],
  { env, runner }: Pick<Host, 'env' | 'runner'>,
): void {
  for (const { text } of buildSecretsOf(secrets, env)) runner.mask(text)
}

/** Masks the passwords and keys of `registries`, like {@link maskSecrets}, before the plan exists. */
export function maskLogins(logins: Inputs['logins'], { runner }: Pick<Host, 'runner'>): void {
  for (const { means } of logins) {
    if (means.kind === 'password') runner.mask(means.password.reveal())
    if (means.kind === 'aws' && means.keys !== undefined) runner.mask(means.keys.password.reveal())
  }
}

/** Masks the private TLS keys of builder nodes. */
export function maskNodes(
  { nodeTls, append }: Pick<Inputs, 'nodeTls' | 'append'>,
  { runner }: Pick<Host, 'runner'>,
): void {
  for (const tls of [nodeTls, ...append.map((node) => node.tls)]) {
    if (tls?.own !== undefined) runner.mask(tls.own.key.reveal())
  }
}

/** Masks the user and password of a URL in the log. */
function maskCredentials({ forms }: UrlCredentials, { runner }: Pick<Host, 'runner'>): void {
  for (const form of forms) runner.mask(form.reveal())
}

/** Masks credentials removed from a Dockerfile, with a warning, because they are still in the file. */
export function tellCut(
  { file, line, credentials }: Omit<Cut, 'url'> & { readonly file: string },
  { runner }: Pick<Host, 'runner'>,
): void {
  maskCredentials(credentials, { runner })
  runner.notice(
    `${file}:${line}: ADD has a password in its URL. It is sent to ${credentials.host} and kept out of the image; remove it from the Dockerfile`,
    annotationAt(file, line),
  )
}
