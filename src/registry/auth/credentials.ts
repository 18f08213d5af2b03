import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { JsonError, parseJson } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { LimitError, readFileLimited } from '../../bounds/read-limited.ts'
import type { Exec, Log } from '../../host/host.ts'
import { type Secret, secret } from '../../inputs/secret.ts'
import type { Credential, CredentialLookup } from './auth.ts'
import { type AuthFile, matchingCredential, parseAuthFile } from './auth-file.ts'
import { type CredentialScope, mostSpecific } from './scope.ts'

/**
 * A user name and password from the inputs, for a registry or a part of it (`ghcr.io`, `registry.example.com/team`).
 */
export type GivenCredential = {
  readonly registry: string
  readonly username: string
  readonly password: Secret
  /** Limits the credential to these requests; it then takes precedence over credentials without a scope. */
  readonly scope?: CredentialScope | undefined
}

export type CredentialOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly exec: Exec
  readonly log: Log
  /** Masks a secret in the log. */
  readonly mask: (secret: string) => void
  /** From the inputs; they take precedence over all files. */
  readonly given?: readonly GivenCredential[]
  /** Docker's own configuration, which takes precedence over Podman's files. */
  readonly docker: AuthFile
}

/**
 * Creates a lookup of credentials in the order that the engines use: the inputs, Docker's configuration, then Podman's
 * files, in each file by `credHelpers`, `credsStore` and `auths`. Files are read on the first lookup, and helpers run
 * once per registry. Unreadable files cause a warning, not an error, since they may not be needed.
 */
export function createCredentialLookup(options: CredentialOptions): CredentialLookup {
  const { env, given = [], docker, mask } = options
  const inputs: AuthFile = {
    auths: given.flatMap(({ registry, username, password, scope }) =>
      scope === undefined ? [{ key: registry, credential: { kind: 'basic', username, password } }] : [],
    ),
    credHelpers: {},
  }
  const scoped = given.flatMap((one) => (one.scope === undefined ? [] : [{ ...one, scope: one.scope }]))
  let read: Promise<readonly AuthFile[]> | undefined
  const asked = new Map<string, Promise<Credential | undefined>>()

  return async (target, action) => {
    const own = mostSpecific(
      scoped.filter(({ registry }) => registry === target.registry),
      target,
      action,
    )
    if (own !== undefined) {
      const found: Credential = { kind: 'basic', username: own.username, password: own.password }
      for (const form of formsOf(found)) mask(form)
      return found
    }
    read ??= readAuthFiles(podmanFilePaths(env), options.log)
    for (const file of [inputs, docker, ...(await read)]) {
      const found = (await fromHelpers(file, target.registry)) ?? matchingCredential(file, target)
      if (found === undefined) continue
      for (const form of formsOf(found)) mask(form)
      return found
    }
    return undefined
  }

  async function fromHelpers(file: AuthFile, registry: string): Promise<Credential | undefined> {
    const own = file.credHelpers[registry]
    // As in the Docker CLI. The configuration that the step writes for its logins depends on it.
    if (own === '') return undefined
    for (const helper of [own, file.credsStore]) {
      if (helper === undefined) continue
      const key = `${helper} ${registry}`
      const answer = asked.get(key) ?? askHelper(options, helper, registry)
      asked.set(key, answer)
      const credential = await answer
      if (credential !== undefined) return credential
    }
    return undefined
  }
}

/** Returns the values to mask in the log: the password, and the header that contains it. */
function formsOf(credential: Credential): readonly string[] {
  if (credential.kind !== 'basic') return [credential.token.reveal()]
  const password = credential.password.reveal()
  return [password, Buffer.from(`${credential.username}:${password}`).toString('base64')]
}

/** Returns the paths of Podman's credentials files. */
export function podmanFilePaths(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir()
  const runtime = env['XDG_RUNTIME_DIR']
  const podman = env['REGISTRY_AUTH_FILE']
  return [
    ...(podman ? [podman] : []),
    ...(runtime ? [join(runtime, 'containers', 'auth.json')] : podmanRuntimeFile()),
    join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'containers', 'auth.json'),
  ]
}

/** Returns the path of Podman's credentials file in a session without XDG_RUNTIME_DIR, as for root in containers. */
function podmanRuntimeFile(): readonly string[] {
  try {
    return [`/run/containers/${userInfo().uid}/auth.json`]
  } catch {
    // The user has no entry in the password file.
    return []
  }
}

async function readAuthFiles(paths: readonly string[], log: Log): Promise<readonly AuthFile[]> {
  const files: AuthFile[] = []
  for (const path of paths) {
    try {
      files.push(parseAuthFile(await readFileLimited(path, limits.configFile)))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (code === 'ENOENT' || code === 'ENOTDIR') continue
      const known = error instanceof JsonError || error instanceof LimitError
      log.warning(`Cannot read credentials in ${path}: ${known ? error.message : `it cannot be opened (${code})`}`)
    }
  }
  return files
}

/** Runs `docker-credential-<helper> get`. https://github.com/docker/docker-credential-helpers#development */
async function askHelper(
  { exec, log }: CredentialOptions,
  helper: string,
  registry: string,
): Promise<Credential | undefined> {
  const command = `docker-credential-${helper}`
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
  const { ok, status, stdout, stderr } = await exec(command, ['get'], { input: server, timeout: 60_000 })
  if (ok) return parseHelperAnswer(stdout, (found) => log.warning(`Cannot use credentials from ${command}: ${found}`))
  // Helpers print errors on the stream for credentials: output that looks like an answer is not shown.
  const answer = stdout.trim()
  const said = ((answer.includes('{') ? '' : answer) || stderr.trim()).slice(0, 300)
  // All helpers report a missing credential as "credentials not found in native keychain".
  if (!/credentials not found/i.test(said)) {
    const found = said || `it exited with ${status}`
    log.warning(`Cannot get credentials for ${registry} from ${command}: ${found}`)
  }
  return undefined
}

function parseHelperAnswer(stdout: string, complain: (found: string) => void): Credential | undefined {
  let answer: unknown
  try {
    answer = parseJson(stdout)
  } catch {
    complain('its answer is not JSON')
    return undefined
  }
  const { Username: username, Secret: password } = toFields(answer)
  if (typeof username !== 'string' || typeof password !== 'string' || password === '') return undefined
  return username === '<token>'
    ? { kind: 'identity-token', token: secret(password) }
    : { kind: 'basic', username, password: secret(password) }
}

function toFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
