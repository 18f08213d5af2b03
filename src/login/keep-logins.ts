import { join } from 'node:path'
import { recordTask } from '../cleanup/cleanup.ts'
import { sessionName } from '../cleanup/session-name.ts'
import {
  ConfigError,
  type CredentialsFile,
  describeBefore,
  type FileBefore,
  fingerprint,
  type RegistryEntry,
  readCredentialsFile,
  replaceEntry,
  temporaryOf,
} from '../docker/credentials-file.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import type { Login } from '../plan/logins.ts'
import { configKey, entryOf } from './docker-config.ts'

/**
 * Writes logins into the user's Docker configuration for later steps of the job. Each change is recorded first, and the post step restores the
 * previous entry, unless another step has changed it.
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
    const session = sessionName(tempDir)
    recordTask(tempDir, { kind: 'temporary-file', path: temporaryOf(path, session) })
    const before = describeBefore(path, file.config)
    for (const [index, login] of kept.entries()) {
      // The first one is restored last, so that the file can return to its original content.
      const whole = index === 0 ? before : { ...before, text: undefined }
      keepLogin(login, { path, file, before: whole, tempDir, session })
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ActionError('output-unwritable', `Cannot keep the logins in ${path}: ${error.message}`, {
      hint: 'Correct or remove the file, set DOCKER_CONFIG to another directory, or remove `keep-login`.',
    })
  }
  log.info(`Kept for later steps in ${path}: ${kept.map(({ registry }) => registry).join(', ')}`)
}

type Keeping = {
  readonly path: string
  readonly file: CredentialsFile
  readonly before: FileBefore
  readonly tempDir: string
  readonly session: string
}

function keepLogin(login: Login, { path, file, before: whole, tempDir, session }: Keeping): void {
  const { config, entryOf: entryIn } = file
  const key = configKey(login.registry)
  const before = entryIn(key)
  // A credential store takes precedence over `auths`, see `composeConfig`.
  const hasHelpers = config?.['credsStore'] !== undefined || config?.['credHelpers'] !== undefined
  const entry: RegistryEntry = { auth: entryOf(login), ...(hasHelpers ? { helper: '' } : {}) }
  recordTask(tempDir, { kind: 'login', path, key, before, wrote: fingerprint(entry), file: whole, env: {} })
  replaceEntry(path, key, entry, { session })
}
