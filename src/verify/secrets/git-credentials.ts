import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { readFileLimited } from '../../bounds/read-limited.ts'
import type { Host } from '../../host/host.ts'
import { looksRandom, type Needle } from './patterns-of.ts'

/** Maximum number of files that one configuration may include. */
const mostIncludes = 20
/** Maximum number of parent directories that are searched. */
const mostLevels = 64
/** Maximum number and depth of subdirectories that are searched: `path: src/tools` of a second actions/checkout. */
const mostBelow = 500
const deepest = 2
/** Maximum length of a line in characters; Git supports longer ones, which contain no header. */
const longestLine = 16 * 1024

/**
 * Collects the credentials in the Git configuration of working trees that contain `folders` or are in them: those that
 * actions/checkout leaves for later steps, in `.git/config` or, since v6, in a file of the runner's temporary
 * directory; and those in URLs.
 */
export async function gitCredentials(folders: readonly string[], env: Host['env']): Promise<readonly Needle[]> {
  const configs = new Set<string>()
  for (const folder of folders) {
    for (const config of await configsOf(resolve(folder))) configs.add(config)
    for (const config of await configsBelow(resolve(folder))) configs.add(config)
  }
  for (const config of await credentialFiles(env['RUNNER_TEMP'])) configs.add(config)
  const found: Needle[] = []
  // Iterating over a set includes values added during the iteration.
  for (const config of configs) {
    const text = await read(config)
    for (const line of text.split('\n')) {
      if (line.length > longestLine) continue
      for (const secret of secretsOf(line))
        found.push({ role: 'the credentials in the Git configuration', text: secret })
      const included = /^path\s*=\s*"?([^"]+)/i.exec(line.trim())?.[1]?.trim()
      if (included !== undefined && configs.size < mostIncludes)
        configs.add(included.startsWith('~/') ? join(homedir(), included.slice(2)) : resolve(dirname(config), included))
    }
  }
  return found
}

/**
 * Returns the tokens in a line of Git's configuration.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpextraHeader
 */
export function secretsOf(line: string): readonly string[] {
  const secrets: string[] = []
  const [, scheme = '', credentials] = /authorization:\s*(basic|bearer|token)\s+([^\s"]+)/i.exec(line) ?? []
  if (credentials !== undefined) {
    const text = scheme.toLowerCase() === 'basic' ? Buffer.from(credentials, 'base64').toString('utf8') : credentials
    secrets.push(text.slice(text.indexOf(':') + 1))
  }
  for (const [, user = '', password] of line.matchAll(/:\/\/([^\s/:@"]+)(?::([^\s/@"]+))?@/g)) {
    // `https://TOKEN@host` is common too, but `ssh://git@host` has no secret.
    if (password !== undefined) secrets.push(decoded(password))
    else if (looksRandom(user)) secrets.push(decoded(user))
  }
  return secrets
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Returns the configuration files of the working tree that contains `folder`. */
async function configsOf(folder: string): Promise<readonly string[]> {
  let at = folder
  for (let level = 0; level < mostLevels; level += 1) {
    const configs = await configsAt(at)
    if (configs.length > 0) return configs
    const above = dirname(at)
    if (above === at) break
    at = above
  }
  return []
}

/** Returns the configuration files of the working tree with the root `folder`. */
async function configsAt(folder: string): Promise<readonly string[]> {
  const git = join(folder, '.git')
  const config = join(git, 'config')
  if ((await read(config)) !== '') return [config]
  // In a worktree or a submodule, `.git` is a file.
  const [, target] = /^gitdir:(.+)$/m.exec(await read(git)) ?? []
  if (target === undefined) return []
  const gitDir = resolve(folder, target.trim())
  const common = (await read(join(gitDir, 'commondir'))).trim()
  return [join(gitDir, 'config'), ...(common === '' ? [] : [join(resolve(gitDir, common), 'config')])]
}

/** Returns the configuration files of working trees below `folder`, such as other repositories and submodules. */
async function configsBelow(folder: string): Promise<readonly string[]> {
  const configs: string[] = []
  let seen = 0
  let level: readonly string[] = [folder]
  for (let depth = 0; depth < deepest && seen < mostBelow; depth += 1) {
    const listed = await Promise.all(level.map(foldersIn))
    level = listed.flat().slice(0, mostBelow - seen)
    seen += level.length
    configs.push(...(await Promise.all(level.map(configsAt))).flat())
  }
  return configs
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules')
    .map(({ name }) => join(folder, name))
}

async function credentialFiles(temp: string | undefined): Promise<readonly string[]> {
  if (!temp) return []
  const names = await readdir(temp).catch(() => [])
  return names.filter((name) => /^git-credentials-[\w-]+\.config$/.test(name)).map((name) => join(temp, name))
}

async function read(path: string): Promise<string> {
  return readFileLimited(path, limits.configFile).catch(() => '')
}
