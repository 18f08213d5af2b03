import { isObject, parseJson } from '../../bounds/json.ts'
import { secret } from '../../inputs/secret.ts'
import type { Repository } from '../../oci/reference.ts'
import { trimEnd } from '../../text/trim-end.ts'
import type { Credential } from './auth.ts'

/** One entry of `auths`. Fields that are not used are omitted. */
export type AuthEntry = {
  /** Base64 of `user:password`. */
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly registrytoken?: string
}

/** A credentials file of Docker (`config.json`) or Podman (`auth.json`). */
export type AuthFile = {
  readonly auths: readonly { readonly key: string; readonly credential: Credential }[]
  /**
   * Credential helper by registry. An empty name means that the registry's credentials are in `auths`, regardless of
   * `credsStore`.
   */
  readonly credHelpers: Readonly<Record<string, string>>
  readonly credsStore?: string
}

/**
 * Parses a credentials file, including the old `.dockercfg`, which has the content of `auths` at the top level. Throws
 * JsonError, which quotes nothing of the file.
 * https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export function parseAuthFile(text: string): AuthFile {
  return toAuthFile(record(parseJson(text)))
}

/** Converts the parsed value of a credentials file. Members of an unexpected type are omitted. */
export function toAuthFile(file: Readonly<Record<string, unknown>>): AuthFile {
  const { credsStore } = file
  const modern = 'auths' in file || 'credHelpers' in file || 'credsStore' in file
  const auths = modern ? record(file['auths']) : file
  const helpers = Object.entries(record(file['credHelpers'])).filter(([, helper]) => typeof helper === 'string')
  return {
    auths: Object.entries(auths).flatMap(([key, value]) => {
      const credential = credentialOf(toEntry(record(value)))
      return credential === undefined ? [] : [{ key, credential }]
    }),
    credHelpers: Object.fromEntries(helpers.map(([key, helper]) => [hostOf(key), String(helper)])),
    ...(typeof credsStore === 'string' && credsStore !== '' ? { credsStore } : {}),
  }
}

/**
 * Returns the credential with the longest key that matches a repository: Podman allows `quay.io/team/app` and
 * `quay.io/team` in addition to `quay.io`. Entries without a credential, which `docker login` leaves behind when it
 * uses a credentials store, are ignored.
 */
export function matchingCredential(
  { auths }: Pick<AuthFile, 'auths'>,
  { registry, repository }: Repository,
): Credential | undefined {
  const full = `${registry}/${repository}`
  const matches = auths
    .map(({ key, credential }) => ({ name: nameOf(key), credential }))
    .filter(({ name }) => full === name || full.startsWith(`${name}/`))
  return matches.sort((a, b) => b.name.length - a.name.length)[0]?.credential
}

/** Returns the credential of an entry, or undefined if it is empty. */
export function credentialOf(entry: AuthEntry): Credential | undefined {
  const { auth = '', identitytoken, registrytoken } = entry
  if (identitytoken) return { kind: 'identity-token', token: secret(identitytoken) }
  if (registrytoken) return { kind: 'registry-token', token: secret(registrytoken) }
  const decoded = Buffer.from(auth, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const username = colon > 0 ? decoded.slice(0, colon) : entry.username
  // Old versions of Docker pad the text with zero bytes.
  const password = colon > 0 ? trimEnd(decoded.slice(colon + 1), '\0') : entry.password
  if (!username || !password) return undefined
  return username === '<token>'
    ? { kind: 'identity-token', token: secret(password) }
    : { kind: 'basic', username, password: secret(password) }
}

/** Returns the registry of a key, without scheme and path. */
export function hostOf(key: string): string {
  return nameOf(key).replace(/\/.*$/s, '')
}

/**
 * Normalizes a key to `host[:port][/path]`. The path of a key with a scheme (`/v1/`, `/v2/`), which only Docker writes,
 * is ignored.
 */
function nameOf(key: string): string {
  const bare = /^https?:\/\//.test(key)
    ? key.replace(/^https?:\/\//, '').replace(/\/.*$/s, '')
    : key.replace(/\/(?:v[12]\/?)?$/, '')
  return bare.replace(/^(?:index|registry-1)\.docker\.io(?=\/|$)/, 'docker.io')
}

function toEntry(value: Readonly<Record<string, unknown>>): AuthEntry {
  const names = ['auth', 'username', 'password', 'identitytoken', 'registrytoken']
  return Object.fromEntries(names.map((name) => [name, value[name]]).filter(([, field]) => typeof field === 'string'))
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}
