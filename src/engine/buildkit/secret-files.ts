import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isWithheld } from '../../host/exec/child-environment.ts'
import type { Host } from '../../host/host.ts'
import type { BuildSecret, SecretSource } from '../../inputs/inputs.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import type { UrlLogin } from '../../plan/url-logins.ts'

/**
 * Returns the build spec with the values of build secrets in files in the step's directory, which only this user can
 * read and which are deleted with it. The credentials for hosts that BuildKit fetches from are added. Environment
 * variables are written to files only if child processes do not inherit them.
 */
export function withSecretFiles(build: BuildSpec, { tempDir, env }: Pick<Host, 'tempDir' | 'env'>): BuildSpec {
  let made: string | undefined
  const folder = (): string => {
    made ??= mkdtempSync(join(tempDir, 'secrets-'))
    return made
  }
  const secrets = build.secrets.map((secret, index) => {
    const value = contentOf(secret.source, env)
    if (value === undefined) return secret
    // Named by number: an id can contain characters that are not valid in a file name.
    const path = join(folder(), String(index))
    writeFileSync(path, value, { mode: 0o600, flag: 'wx' })
    return { ...secret, source: { kind: 'file', path } } as const
  })
  const given = new Set(build.secrets.map(({ id }) => id))
  const logins = build.urlLogins.flatMap((login, index): BuildSecret[] => {
    const id = secretId(login)
    if (isGiven(login, id, given)) return []
    const path = join(folder(), `login-${index}`)
    const sent = Buffer.from(`${login.username.reveal()}:${login.password.reveal()}`).toString('base64')
    writeFileSync(path, `Basic ${sent}`, { mode: 0o600, flag: 'wx' })
    return [{ id, source: { kind: 'file', path }, line: 0 }]
  })
  return { ...build, secrets: [...secrets, ...logins] }
}

/**
 * The secrets that BuildKit requests before it fetches from a host:
 * https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts, for files since BuildKit 0.23
 * (Docker 28.3).
 */
function secretId({ kind, host }: UrlLogin): string {
  return kind === 'git'
    ? `GIT_AUTH_HEADER.${host}`
    : `HTTP_AUTH_HEADER_${host.replace(/:\d*$/, '').replace(/^\[|\]$/g, '')}`
}

/**
 * Whether the user's own build secrets have credentials for the host. Any of them that is for Git has precedence over
 * the job's token.
 */
function isGiven({ kind, host, ofJob }: UrlLogin, id: string, given: ReadonlySet<string>): boolean {
  if (given.has(id)) return true
  if (kind === 'git' && given.has(`GIT_AUTH_TOKEN.${host}`)) return true
  return ofJob === true && (given.has('GIT_AUTH_TOKEN') || given.has('GIT_AUTH_HEADER'))
}

function contentOf(source: SecretSource, env: Host['env']): string | undefined {
  if (source.kind === 'value') return source.value.reveal()
  return source.kind === 'env' && isWithheld(source.name) ? env[source.name] : undefined
}
