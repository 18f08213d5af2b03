import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Login } from '../plan/logins.ts'
import { hostOf } from '../registry/auth/auth-file.ts'
import type { DockerConfig } from '../registry/auth/docker-config-file.ts'

/** The user's configuration, and the logins to add. */
export type Logins = { readonly config: DockerConfig; readonly logins: readonly Login[] }

/** Returns the effective logins: without fallbacks for registries that have credentials in the user's configuration. */
export function neededLogins(user: DockerConfig, asked: readonly Login[]): readonly Login[] {
  return asked.filter(({ registry, unlessKnown }) => !(unlessKnown && isKnown(user, registry)))
}

/**
 * Returns the user's configuration with `logins` added.
 *
 * A credential store takes precedence over `auths`, so a registry with a login gets an empty helper, which
 * makes the Docker CLI read `auths` for it: https://github.com/docker/cli/blob/v28.5.2/cli/config/configfile/file.go
 */
export function composeConfig(user: DockerConfig, userDir: string, all: readonly Login[]): DockerConfig {
  const logins = all.filter(({ scope }) => scope === undefined)
  const auths = logins.map((login) => [configKey(login.registry), entryOf(login)])
  const helpers = user.credsStore || user.credHelpers ? logins.map(({ registry }) => [configKey(registry), '']) : []
  return {
    ...user,
    auths: { ...user.auths, ...Object.fromEntries(auths) },
    ...(user.credHelpers || helpers.length > 0
      ? { credHelpers: { ...user.credHelpers, ...Object.fromEntries(helpers) } }
      : {}),
    cliPluginsExtraDirs: [...(user.cliPluginsExtraDirs ?? []), join(userDir, 'cli-plugins')],
  }
}

/** Returns the entry of `auths` for a login. */
export function entryOf({ username, password }: Pick<Login, 'username' | 'password'>): { readonly auth: string } {
  return { auth: Buffer.from(`${username}:${password.reveal()}`).toString('base64') }
}

/**
 * The configurations that buildx 0.31 and later read for some requests only, by their directories below that of buildx:
 * `config/<host>/<path>@<actions>`. Older versions and the Docker CLI ignore them.
 * https://github.com/docker/buildx/blob/v0.31.0/util/dockerutil/dockerconfig/configprovider.go
 */
export function scopedConfigs(
  logins: readonly Login[],
): readonly { readonly folder: string; readonly config: DockerConfig }[] {
  return logins.flatMap((login) => {
    const { registry, scope } = login
    if (scope === undefined) return []
    // Token requests for Docker Hub use the host of its API.
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
    const actions = scope.actions.length === 0 ? '' : `@${scope.actions.join(',')}`
    const name = scope.repository === '' ? `${host}${actions}` : `${host}/${scope.repository}${actions}`
    return [{ folder: `config/${name}`, config: { auths: { [configKey(registry)]: entryOf(login) } } }]
  })
}

/** Whether the user's configuration has credentials for a registry. */
export function isKnown({ auths = {}, credHelpers = {} }: DockerConfig, registry: string): boolean {
  return [...Object.keys(auths), ...Object.keys(credHelpers)].some((key) => hostOf(key) === registry)
}

/** Returns the key of a registry in `auths`: a URL for Docker Hub (for historical reasons), the host for all others. */
export function configKey(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
}

export type PrivateConfig = {
  /** The variables with which docker and buildx use it. */
  readonly env: { readonly DOCKER_CONFIG: string; readonly BUILDX_CONFIG: string }
  /** One sentence for each part of the user's configuration that could not be copied. */
  readonly problems: readonly string[]
}

/**
 * Creates a private Docker configuration directory for this step in `tempDir`: the user's settings, contexts, plugins
 * and builders are available, and changes do not affect the user's directory or other jobs.
 */
export function makeDockerConfig(
  tempDir: string,
  userDir: string,
  { config, logins, buildxConfigDir }: Logins & { readonly buildxConfigDir: string },
): PrivateConfig {
  const dir = join(tempDir, 'docker')
  const buildx = join(dir, 'buildx')
  const problems: string[] = []
  mkdirSync(buildx, { recursive: true, mode: 0o700 })
  writeFileSync(join(dir, 'config.json'), JSON.stringify(composeConfig(config, userDir, logins)), { mode: 0o600 })

  for (const { folder, config } of scopedConfigs(logins)) {
    mkdirSync(join(buildx, folder), { recursive: true, mode: 0o700 })
    writeFileSync(join(buildx, folder, 'config.json'), JSON.stringify(config), { mode: 0o600 })
  }

  const contexts = join(userDir, 'contexts')
  // On Windows, a junction needs no privilege; other systems ignore the type.
  if (existsSync(contexts)) symlinkSync(contexts, join(dir, 'contexts'), 'junction')

  // Copied, because buildx writes to it; its changes end with the step.
  for (const entry of ['instances', 'defaults', 'current', 'certs', nodeIdFile]) {
    const source = join(buildxConfigDir, entry)
    try {
      if (existsSync(source)) cpSync(source, join(buildx, entry), { recursive: true })
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'of an unknown kind'
      problems.push(`Cannot read ${source}: it cannot be copied (${code}). It is ignored`)
    }
  }
  if (!existsSync(join(buildx, nodeIdFile))) writeFileSync(join(buildx, nodeIdFile), nodeIdOf(userDir), { mode: 0o600 })
  return { env: { DOCKER_CONFIG: dir, BUILDX_CONFIG: buildx }, problems }
}

/**
 * The file with buildx's client ID. BuildKit keeps the last build context of each client, so that only changes are
 * sent. A new ID in every step would send everything each time: 1.8 s for 200 MB.
 */
const nodeIdFile = '.buildNodeID'

/**
 * Returns an ID that is the same in every step of this user on this machine: 16 hex digits, as in buildx. It is not a secret, and loading
 * node:crypto would delay the build by 8 ms (measured), so it is FNV-1a: https://datatracker.ietf.org/doc/draft-eastlake-fnv/
 */
function nodeIdOf(userDir: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(`${hostname()}\n${userDir}`)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}
