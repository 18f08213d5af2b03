import type { Repository } from '../oci/reference.ts'
import type { Credential } from './auth.ts'

/** One entry of `auths`, as far as it is used. */
export type AuthEntry = {
  /** Base64 of `user:password`. */
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly registrytoken?: string
}

/** A credentials file of docker (`config.json`) or podman (`auth.json`). */
export type AuthFile = {
  readonly auths: readonly { readonly key: string; readonly entry: AuthEntry }[]
  /** Registry to helper name; an empty name means that `auths` has the registry's credentials, whatever `credsStore` is. */
  readonly credHelpers: Readonly<Record<string, string>>
  readonly credsStore?: string
}

/**
 * Reads the text of a credentials file; the old `.dockercfg`, which is `auths` alone, too. Throws a plain Error that says what is wrong.
 * https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export function parseAuthFile(text: string): AuthFile {
  const file = parseObject(text)
  const { credsStore } = file
  const modern = 'auths' in file || 'credHelpers' in file || 'credsStore' in file
  const auths = modern ? record(file['auths']) : file
  const helpers = Object.entries(record(file['credHelpers'])).filter(([, helper]) => typeof helper === 'string')
  return {
    auths: Object.entries(auths).map(([key, value]) => ({ key, entry: toEntry(record(value)) })),
    credHelpers: Object.fromEntries(helpers.map(([key, helper]) => [hostOf(key), String(helper)])),
    ...(typeof credsStore === 'string' && credsStore !== '' ? { credsStore } : {}),
  }
}

/** The entry for a repository whose key is the longest: podman allows `quay.io/team/app` and `quay.io/team` beside `quay.io`. */
export function matchingEntry({ auths }: AuthFile, { registry, repository }: Repository): AuthEntry | undefined {
  const full = `${registry}/${repository}`
  const matches = auths
    .map(({ key, entry }) => ({ name: nameOf(key), entry }))
    .filter(({ name, entry }) => (full === name || full.startsWith(`${name}/`)) && credentialOf(entry) !== undefined)
  return matches.sort((a, b) => b.name.length - a.name.length)[0]?.entry
}

/** The credential in an entry; none in the empty ones that `docker login` leaves beside a credentials store. */
export function credentialOf(entry: AuthEntry | undefined): Credential | undefined {
  if (entry === undefined) return undefined
  const { auth = '', identitytoken, registrytoken } = entry
  if (identitytoken) return { kind: 'identity-token', token: identitytoken }
  if (registrytoken) return { kind: 'registry-token', token: registrytoken }
  const decoded = Buffer.from(auth, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const username = colon > 0 ? decoded.slice(0, colon) : entry.username
  // Old versions of docker pad the text with zero bytes.
  const password = colon > 0 ? decoded.slice(colon + 1).replace(/\0+$/, '') : entry.password
  if (!username || !password) return undefined
  return username === '<token>' ? { kind: 'identity-token', token: password } : { kind: 'basic', username, password }
}

/** The registry of a key, without scheme and path. */
function hostOf(key: string): string {
  return nameOf(key).replace(/\/.*$/, '')
}

/** A key as `host[:port][/path]`. Those with a scheme are docker's, where a path (`/v1/`, `/v2/`) means nothing. */
function nameOf(key: string): string {
  const bare = /^https?:\/\//.test(key)
    ? key.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
    : key.replace(/\/(?:v[12]\/?)?$/, '')
  return bare.replace(/^(?:index|registry-1)\.docker\.io(?=\/|$)/, 'docker.io')
}

function toEntry(value: Readonly<Record<string, unknown>>): AuthEntry {
  const names = ['auth', 'username', 'password', 'identitytoken', 'registrytoken']
  return Object.fromEntries(names.map((name) => [name, value[name]]).filter(([, field]) => typeof field === 'string'))
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  // JSON.parse quotes the text it stumbles over in its message; that may be a password.
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
  return record(value)
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
