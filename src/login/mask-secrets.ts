import type { Host } from '../host/host.ts'
import { type InputName, inputRows } from '../inputs/schema.ts'
import { cutCredentials, type UrlCredentials } from '../inputs/url-credentials.ts'
import type { Plan } from '../plan/plan.ts'

type Means = Pick<Host, 'env' | 'runner'>

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
]

/**
 * Hides the inputs that are one secret, before anything that could have them in it is printed, and each password before an `@` where a server
 * is named: an error about it quotes it.
 */
export function maskInputs(readInput: (name: string) => string, { env, runner }: Means): void {
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
 * Hides the secrets of the plan in the log from now on: passwords, those of URLs, proxies and options of a driver too, and the values of
 * build secrets, those of environment variables too. Files are not read: they may be of any size and kind, and what `{` or `registry=` they
 * have would be hidden wherever it stands.
 */
export function maskSecrets({ logins, build, engine }: Pick<Plan, 'logins' | 'build' | 'engine'>, host: Means): void {
  const { env, runner } = host
  for (const { username, password } of logins) {
    runner.mask(password.reveal())
    // As it is sent, and as Docker's configuration holds it.
    runner.mask(Buffer.from(`${username}:${password.reveal()}`).toString('base64'))
  }
  maskBuildSecrets(build.secrets, { env, runner })
  for (const login of build.urlLogins) maskCredentials(login, host)
  const options = engine.name === 'buildx' && engine.builder.kind === 'create' ? engine.builder.driverOpts : []
  for (const url of [...options.map((option) => option.replace(/^[^=]*=["']?/, '')), ...proxiesOf(env)]) {
    const { credentials } = cutCredentials(/^https?:\/\//i.test(url) ? url : `http://${url}`)
    if (credentials !== undefined) maskCredentials(credentials, host)
  }
}

/** Hides the values of build secrets, as {@link maskSecrets} does, before there is a plan. */
export function maskBuildSecrets(secrets: Plan['build']['secrets'], { env, runner }: Means): void {
  for (const { source } of secrets) {
    const value = source.kind === 'value' ? source.value.reveal() : source.kind === 'env' ? env[source.name] : undefined
    if (value) runner.mask(value)
  }
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

function proxiesOf(env: Means['env']): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    /^(?:https?|all|ftp)_proxy$/i.test(name) && value ? [value] : [],
  )
}
