import type { Host } from '../host/host.ts'
import { cutCredentials, type UrlCredentials } from '../inputs/url-credentials.ts'
import type { Plan } from '../plan/plan.ts'

/** A secret of this step, and its description. */
export type KnownSecret = { readonly role: string; readonly text: string }

/**
 * Returns the secrets in the plan and the environment: passwords of registries, those in URLs, proxies and driver
 * options, and the values of build secrets. They are masked in the log, and verification searches the image for them.
 * Files are not read.
 */
export function knownSecrets(
  { logins, identities, build, engine }: Pick<Plan, 'logins' | 'identities' | 'build' | 'engine'>,
  env: Host['env'],
): readonly KnownSecret[] {
  return [
    ...logins.flatMap(({ registry, username, password }) => {
      const role = `the password for ${registry}`
      // Also in the encodings of requests and of Docker's configuration.
      const sent = Buffer.from(`${username}:${password.reveal()}`).toString('base64')
      return [password.reveal(), sent].map((text) => ({ role, text }))
    }),
    ...identities.flatMap(({ registry, identity }) =>
      identity.kind === 'aws' && identity.keys !== undefined
        ? [{ role: `the secret access key for ${registry}`, text: identity.keys.password.reveal() }]
        : [],
    ),
    ...buildSecretsOf(build.secrets, env),
    ...build.urlLogins.flatMap((login) =>
      formsOf(login, login.ofJob ? "the job's token" : `the password for ${login.host}`),
    ),
    ...engine.options.flatMap((option) => {
      const [name = ''] = option.split('=', 1)
      return urlSecrets(option.replace(/^[^=]*=["']?/, ''), `the password in driver-opts ${name}`)
    }),
    ...(engine.secrets ?? []).map(({ role, secret }) => ({ role, text: secret.reveal() })),
    ...Object.entries(env).flatMap(([name, value]) =>
      /^(?:https?|all|ftp)_proxy$/i.test(name) && value ? urlSecrets(value, `the password in ${name}`) : [],
    ),
  ]
}

/** Returns the values of build secrets that are inputs or environment variables. */
export function buildSecretsOf(secrets: Plan['build']['secrets'], env: Host['env']): readonly KnownSecret[] {
  return secrets.flatMap(({ id, source }) => {
    const text = source.kind === 'value' ? source.value.reveal() : source.kind === 'env' ? env[source.name] : undefined
    return text ? [{ role: `build secret ${id}`, text }] : []
  })
}

/** The scheme of a proxy is optional. */
function urlSecrets(url: string, role: string): readonly KnownSecret[] {
  const { credentials } = cutCredentials(/^https?:\/\//i.test(url) ? url : `http://${url}`)
  return credentials === undefined ? [] : formsOf(credentials, role)
}

function formsOf({ forms }: Pick<UrlCredentials, 'forms'>, role: string): readonly KnownSecret[] {
  return forms.map((form) => ({ role, text: form.reveal() }))
}
