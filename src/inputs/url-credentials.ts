import { sourceKind } from '../dockerfile/instructions/source-kind.ts'
import { type Secret, secret } from './secret.ts'

/** The user and password of an `http` or `https` URL, and the host that they are for. */
export type UrlCredentials = {
  /** The type of server: the URL of a Git repository ends in `.git`. */
  readonly kind: 'git' | 'http'
  /** `host[:port]` as written: BuildKit names secrets after it. */
  readonly host: string
  /** Normalized `https://host[:port]` for comparison. */
  readonly origin: string
  readonly username: Secret
  readonly password: Secret
  /** All forms of the password to mask: decoded, as written, encoded, and as it is sent. */
  readonly forms: readonly Secret[]
}

export type CutUrl = { readonly url: string; readonly credentials: UrlCredentials | undefined }

/**
 * Scheme, `user:password`, host, and the rest. The text before the last `@` of the authority is the user information.
 */
const pattern = /^(https?:\/\/)([^/?#\\]*)@([^/?#\\@]+)(.*)$/is

/** Splits a URL into the URL without credentials, and the credentials. Other texts are returned unchanged. */
export function cutCredentials(text: string): CutUrl {
  const [, scheme = '', information = '', host = '', rest = ''] = pattern.exec(text) ?? []
  const url = `${scheme}${host}${rest}`
  if (host === '' || !URL.canParse(url)) return { url: text, credentials: undefined }
  if (information === '') return { url, credentials: undefined }
  const colon = information.indexOf(':')
  const written = colon < 0 ? [information, ''] : [information.slice(0, colon), information.slice(colon + 1)]
  const [username = '', password = ''] = written.map(decoded)
  return {
    url,
    credentials: {
      kind: sourceKind(url.replace(/[?#].*$/s, '')) === 'git' ? 'git' : 'http',
      host,
      origin: new URL(url).origin,
      ...userAndPassword(username, password),
      forms: [...formsOf(username, password), ...written.filter((_, index) => isSecret(index, username, password))].map(
        secret,
      ),
    },
  }
}

/** Returns user and password, and all forms of the password to mask. */
export function namedCredentials(
  username: string,
  password: string,
): Pick<UrlCredentials, 'username' | 'password' | 'forms'> {
  return { ...userAndPassword(username, password), forms: formsOf(username, password).map(secret) }
}

function userAndPassword(username: string, password: string): Pick<UrlCredentials, 'username' | 'password'> {
  return { username: secret(username), password: secret(password) }
}

function formsOf(username: string, password: string): readonly string[] {
  const open = [username, password].filter((text, index) => text !== '' && isSecret(index, username, password))
  const sent = Buffer.from(`${username}:${password}`).toString('base64')
  return [...new Set([...open.flatMap((text) => [text, encodeURIComponent(text)]), sent])]
}

/**
 * Whether the user or password is a secret: a token is often used as the user name, with no password or a placeholder.
 */
function isSecret(index: number, username: string, password: string): boolean {
  return index === 1 || password === '' || password === 'x-oauth-basic' || username.length >= 20
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
