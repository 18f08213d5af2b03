import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError, messageOf } from '../errors.ts'
import type { Login } from '../plan/logins.ts'

/** The part of Docker's `config.json` that a login touches; the rest is carried over as it is. */
type DockerConfig = {
  readonly auths?: Readonly<Record<string, unknown>>
  readonly credsStore?: string
  readonly credHelpers?: Readonly<Record<string, string>>
  readonly cliPluginsExtraDirs?: readonly string[]
  readonly [other: string]: unknown
}

/**
 * The user's configuration with `logins` on top.
 *
 * A credential store would win over `auths`, so a registry that is logged in to here gets an empty helper, which
 * makes the Docker CLI read `auths` for it: https://github.com/docker/cli/blob/v28.5.2/cli/config/configfile/file.go
 */
export function composeConfig(user: DockerConfig, userDir: string, asked: readonly Login[]): DockerConfig {
  const logins = asked.filter(({ registry, unlessKnown }) => !(unlessKnown && isKnown(user, configKey(registry))))
  const auths = logins.map(({ registry, username, password }) => [
    configKey(registry),
    { auth: Buffer.from(`${username}:${password.reveal()}`).toString('base64') },
  ])
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

function isKnown({ auths, credHelpers }: DockerConfig, key: string): boolean {
  return auths?.[key] !== undefined || credHelpers?.[key] !== undefined
}

/** Docker Hub's key is a URL, for reasons of age; every other registry's is its host. */
function configKey(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
}

/**
 * Makes a Docker configuration folder for this step alone below `tempDir`: the user's settings, contexts, plugins and
 * builders can be used through it, and nothing done through it reaches the user's own folder or another job.
 *
 * @returns the environment that makes docker and buildx use it
 * @throws ActionError `input-invalid` when the user's `config.json` cannot be read
 */
export function makeDockerConfig(
  tempDir: string,
  userDir: string,
  options: { readonly logins: readonly Login[]; readonly buildxConfigDir: string },
): { readonly DOCKER_CONFIG: string; readonly BUILDX_CONFIG: string } {
  const dir = join(tempDir, 'docker')
  const buildx = join(dir, 'buildx')
  mkdirSync(buildx, { recursive: true, mode: 0o700 })
  const config = composeConfig(readConfig(join(userDir, 'config.json')), userDir, options.logins)
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config), { mode: 0o600 })

  const contexts = join(userDir, 'contexts')
  // A junction needs no privilege on Windows; elsewhere the type is ignored.
  if (existsSync(contexts)) symlinkSync(contexts, join(dir, 'contexts'), 'junction')

  // Copied, because buildx writes here: what it learns or makes in this step ends with the step.
  for (const entry of ['instances', 'defaults', 'current', 'certs']) {
    const source = join(options.buildxConfigDir, entry)
    if (existsSync(source)) cpSync(source, join(buildx, entry), { recursive: true })
  }
  return { DOCKER_CONFIG: dir, BUILDX_CONFIG: buildx }
}

function readConfig(path: string): DockerConfig {
  if (!existsSync(path)) return {}
  try {
    const config: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof config !== 'object' || config === null || Array.isArray(config)) throw new Error('it is no JSON object')
    return config as DockerConfig
  } catch (error) {
    throw new ActionError('input-invalid', `Cannot read ${path}: ${messageOf(error)}`, {
      hint: 'Mend or remove the file; Docker itself refuses it too.',
      cause: error,
    })
  }
}
