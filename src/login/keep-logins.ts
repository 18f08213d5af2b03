import { join } from 'node:path'
import { recordTask } from '../cleanup/cleanup.ts'
import {
  ConfigError,
  type CredentialsFile,
  fingerprint,
  type RegistryEntry,
  readCredentialsFile,
  replaceEntry,
} from '../docker/credentials-file.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import type { Login } from '../plan/logins.ts'
import { configKey, entryOf } from './docker-config.ts'

/**
 * Writes logins into the user's own Docker configuration, for later steps of the job. Each entry is written down first, and the post step puts
 * back what was there before, unless another step has changed it.
 *
 * @throws ActionError `output-unwritable`
 */
export function keepLogins(logins: readonly Login[], configDir: string, { tempDir, log, runner }: Host): void {
  const path = join(configDir, 'config.json')
  const kept = logins.filter(({ scope }) => scope === undefined)
  if (kept.length < logins.length) {
    runner.notice('keep-login: credentials with a scope are not kept, because the Docker CLI cannot limit them')
  }
  if (kept.length === 0) return
  try {
    const file = readCredentialsFile(path)
    for (const login of kept) keepLogin(login, path, file, tempDir)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ActionError('output-unwritable', `Cannot keep the logins in ${path}: ${error.message}`, {
      hint: 'Correct or remove the file, set DOCKER_CONFIG to another folder, or remove `keep-login`.',
    })
  }
  log.info(`Kept for later steps in ${path}: ${kept.map(({ registry }) => registry).join(', ')}`)
}

function keepLogin(login: Login, path: string, { config, entryOf: entryIn }: CredentialsFile, tempDir: string): void {
  const key = configKey(login.registry)
  const before = entryIn(key)
  // A credential store would win over `auths`, see `composeConfig`.
  const hasHelpers = config?.['credsStore'] !== undefined || config?.['credHelpers'] !== undefined
  const entry: RegistryEntry = { auth: entryOf(login), ...(hasHelpers ? { helper: '' } : {}) }
  const isMade = config === undefined
  recordTask(tempDir, { kind: 'login', path, key, before, wrote: fingerprint(entry), isMade, env: {} })
  replaceEntry(path, key, entry)
}
