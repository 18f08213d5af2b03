import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { isObject, JsonError, parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { LimitError, readFileLimitedSync } from '../bounds/read-limited.ts'

type Json = Readonly<Record<string, unknown>>

/** The credentials of one registry in a Docker configuration. Undefined: there are none. */
export type RegistryEntry = { readonly auth?: Json | undefined; readonly helper?: string | undefined }

/** A Docker configuration cannot be used; nothing of it is quoted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** The user's own Docker configuration, to change single entries of it. */
export type CredentialsFile = {
  /** Undefined where there is no file. */
  readonly config: Json | undefined
  readonly entryOf: (key: string) => RegistryEntry
}

/**
 * Reads the Docker configuration at `path`.
 *
 * @throws ConfigError, saying what is wrong with it
 */
export function readCredentialsFile(path: string): CredentialsFile {
  const config = readConfig(path)
  const auths = member(config, 'auths')
  const helpers = member(config, 'credHelpers')
  return {
    config,
    entryOf: (key) => {
      const [auth, helper] = [auths[key], helpers[key]]
      return {
        ...(isObject(auth) ? { auth } : {}),
        ...(typeof helper === 'string' ? { helper } : {}),
      }
    },
  }
}

/** The file before this step changed it. */
export type FileBefore = {
  /** There was no file. */
  readonly isMade: boolean
  /** It had no `auths`. */
  readonly hadNoAuths: boolean
  /** Its text, where it was short enough to keep. */
  readonly text: string | undefined
}

export type Replacing = {
  /** The name of this step: the new file is written beside the old one under this ending. */
  readonly session: string
  /** Given when an entry is put back: what the step added to the file is removed with it. */
  readonly before?: FileBefore
}

/**
 * Puts `entry` in the place of the one for a registry and leaves all others as they are now. A link is followed, and the file is replaced
 * in one act. A file that says again what it said before the step gets the same bytes.
 *
 * @throws ConfigError
 */
export function replaceEntry(path: string, key: string, entry: RegistryEntry, { session, before }: Replacing): void {
  const config = readConfig(path)
  if (config === undefined && entry.auth === undefined && entry.helper === undefined) return
  const auths = withMember(member(config, 'auths'), key, entry.auth)
  const helpers = withMember(member(config, 'credHelpers'), key, entry.helper)
  const isEmpty = before?.hadNoAuths === true && Object.keys(auths).length === 0
  const changed: Json = {
    ...config,
    auths: isEmpty ? undefined : auths,
    credHelpers: Object.keys(helpers).length > 0 ? helpers : undefined,
  }
  const kept = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined))
  if (before?.isMade && Object.keys(kept).length === 0) {
    rmSync(path, { force: true })
    return
  }
  const isRestored = before?.text !== undefined && saysSame(before.text, kept)
  writeConfig(path, isRestored ? (before?.text ?? '') : `${JSON.stringify(kept, undefined, '\t')}\n`, session)
}

/** What the file at `path` says before this step changes it. */
export function describeBefore(path: string, config: Json | undefined): FileBefore {
  const text = config === undefined ? '' : readFileLimitedSync(path, limits.configFile)
  return {
    isMade: config === undefined,
    hadNoAuths: config?.['auths'] === undefined,
    text: config === undefined || text.length > limits.keptConfig ? undefined : text,
  }
}

/** The file that `replaceEntry` writes before it takes the place of the one at `path`. */
export function temporaryOf(path: string, session: string): string {
  const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined
  try {
    return `${exists ? realpathSync(path) : path}.${session}`
  } catch (error) {
    throw toConfigError(error, 'read')
  }
}

/** Whether a text and a configuration say the same. Lists that are empty say as much as none. */
function saysSame(text: string, config: Json): boolean {
  const plain = (value: unknown): unknown =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value).filter(
            ([name, one]) => !['auths', 'credHelpers'].includes(name) || (isObject(one) && Object.keys(one).length > 0),
          ),
        )
      : value
  try {
    return isDeepStrictEqual(plain(parseJson(text)), plain(parseJson(JSON.stringify(config))))
  } catch {
    return false
  }
}

/** Says whether an entry is still the one that was written. */
export function fingerprint(entry: RegistryEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([entry.auth, entry.helper]))
    .digest('hex')
}

function readConfig(path: string): Json | undefined {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  try {
    const value = parseJson(readFileLimitedSync(path, limits.configFile))
    if (!isObject(value)) throw new ConfigError('it is not a JSON object')
    for (const name of ['auths', 'credHelpers']) {
      // Docker reads null as if it were left out.
      if (value[name] != null && !isObject(value[name])) throw new ConfigError(`its ${name} is not an object`)
    }
    return value
  } catch (error) {
    if (error instanceof ConfigError) throw error
    if (error instanceof JsonError || error instanceof LimitError) throw new ConfigError(error.message)
    throw toConfigError(error, 'read')
  }
}

function writeConfig(path: string, text: string, session: string): void {
  try {
    const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined
    if (!exists) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const file = exists ? realpathSync(path) : path
    const mode = exists ? statSync(file).mode & 0o777 : 0o600
    const written = `${file}.${session}`
    try {
      // A process of this step was killed while it wrote: nobody else uses its name.
      rmSync(written, { force: true })
      writeFileSync(written, text, { mode, flag: 'wx' })
      chmodSync(written, mode)
      renameSync(written, file)
    } finally {
      rmSync(written, { force: true })
    }
  } catch (error) {
    throw toConfigError(error, 'written')
  }
}

function toConfigError(error: unknown, done: string): ConfigError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'of an unknown kind'
  return new ConfigError(code === 'ENOENT' ? 'it is a link to nowhere' : `it cannot be ${done} (${code})`)
}

function withMember<T>(object: Json, key: string, value: T | undefined): Json {
  const { [key]: _, ...others } = object
  return value === undefined ? others : { ...others, [key]: value }
}

function member(config: Json | undefined, name: string): Json {
  const value = config?.[name]
  return isObject(value) ? value : {}
}
