import { readFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../errors.ts'
import type { Exec, Log } from '../host/host.ts'
import type { Credential, CredentialLookup } from './auth.ts'
import { type AuthFile, credentialOf, matchingEntry, parseAuthFile } from './auth-file.ts'

/** A user name and password from the inputs, for a registry or a part of it (`ghcr.io`, `registry.example.com/team`). */
export type GivenCredential = { readonly registry: string; readonly username: string; readonly password: string }

export type CredentialOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly exec: Exec
  readonly log: Log
  /** Hides a secret in the log. */
  readonly mask: (secret: string) => void
  readonly given?: readonly GivenCredential[]
  /** Files in the format of docker's config.json, in the order they are asked. Default: docker's, then podman's. */
  readonly files?: readonly string[]
}

/**
 * Looks for credentials where the engines look: first in the inputs, then in each file, there by `credHelpers`, `credsStore` and `auths`.
 * Files are read at the first question, helpers asked once for each registry. What is unreadable is a warning, not an error: it may not be needed.
 */
export function createCredentialLookup(options: CredentialOptions): CredentialLookup {
  const { env, given = [], files = authFilePaths(env) } = options
  const inputs: AuthFile = {
    auths: given.map(({ registry, username, password }) => ({ key: registry, entry: { username, password } })),
    credHelpers: {},
  }
  let read: Promise<readonly AuthFile[]> | undefined
  const asked = new Map<string, Promise<Credential | undefined>>()

  return async (target) => {
    read ??= readAuthFiles(files, options.log)
    for (const file of [inputs, ...(await read)]) {
      const found = (await fromHelpers(file, target.registry)) ?? credentialOf(matchingEntry(file, target))
      if (found === undefined) continue
      options.mask(found.kind === 'basic' ? found.password : found.token)
      return found
    }
    return undefined
  }

  async function fromHelpers(file: AuthFile, registry: string): Promise<Credential | undefined> {
    const own = file.credHelpers[registry]
    // As the Docker CLI has it; the configuration that a login of ours makes relies on it.
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

/** Where docker and podman keep credentials, docker's first. */
export function authFilePaths(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir()
  const runtime = env['XDG_RUNTIME_DIR']
  const docker = env['DOCKER_CONFIG']
  const podman = env['REGISTRY_AUTH_FILE']
  return [
    ...(docker ? [join(docker, 'config.json')] : [join(home, '.docker', 'config.json'), join(home, '.dockercfg')]),
    ...(podman ? [podman] : []),
    ...(runtime ? [join(runtime, 'containers', 'auth.json')] : podmanRuntimeFile()),
    join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'containers', 'auth.json'),
  ]
}

/** Where podman keeps credentials in a session without XDG_RUNTIME_DIR, as root has in containers. */
function podmanRuntimeFile(): readonly string[] {
  try {
    return [`/run/containers/${userInfo().uid}/auth.json`]
  } catch {
    // A user without an entry in the password file.
    return []
  }
}

async function readAuthFiles(paths: readonly string[], log: Log): Promise<readonly AuthFile[]> {
  const files: AuthFile[] = []
  for (const path of paths) {
    try {
      files.push(parseAuthFile(await readFile(path, 'utf8')))
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      if (!missing) log.warning(`Cannot read credentials in ${path}: ${messageOf(error)}`)
    }
  }
  return files
}

/** Asks `docker-credential-<helper> get`. https://github.com/docker/docker-credential-helpers#development */
async function askHelper(
  { exec, log }: CredentialOptions,
  helper: string,
  registry: string,
): Promise<Credential | undefined> {
  const command = `docker-credential-${helper}`
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
  const { ok, stdout, stderr } = await exec(command, ['get'], { input: server, timeout: 60_000 })
  if (ok) return parseHelperAnswer(stdout, (found) => log.warning(`Cannot use credentials from ${command}: ${found}`))
  const said = (stdout.trim() || stderr.trim()).slice(0, 300)
  // "credentials not found in native keychain" is how every helper says that it has none.
  if (!/credentials not found/i.test(said))
    log.warning(`Cannot get credentials for ${registry} from ${command}: ${said}`)
  return undefined
}

function parseHelperAnswer(stdout: string, complain: (found: string) => void): Credential | undefined {
  let answer: Record<string, unknown>
  try {
    answer = JSON.parse(stdout)
  } catch {
    complain('its answer is not JSON')
    return undefined
  }
  const { Username: username, Secret: secret } = answer
  if (typeof username !== 'string' || typeof secret !== 'string' || secret === '') return undefined
  return username === '<token>'
    ? { kind: 'identity-token', token: secret }
    : { kind: 'basic', username, password: secret }
}
