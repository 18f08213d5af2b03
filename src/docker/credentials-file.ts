import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { isObject, JsonError, parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { LimitError, readFileLimitedSync } from '../bounds/read-limited.ts'
import { replaceFile } from '../tree/replace-file.ts'

type Json = Readonly<Record<string, unknown>>

/** The credentials of one registry in a Docker configuration. Undefined if it has no entry. */
export type RegistryEntry = { readonly auth?: Json | undefined; readonly helper?: string | undefined }

/** Thrown for an unusable Docker configuration; does not quote it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** The user's Docker configuration, for changes to single entries. */
export type CredentialsFile = {
  /** Undefined if the file does not exist. */
  readonly config: Json | undefined
  readonly entryOf: (key: string) => RegistryEntry
}

/**
 * Reads the Docker configuration at `path`.
 *
 * @throws ConfigError with the problem
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
  /** The file did not exist. */
  readonly isMade: boolean
  /** It had no `auths`. */
  readonly hadNoAuths: boolean
  /** Its text, if short enough to keep. */
  readonly text: string | undefined
}

export type Replacing = {
  /** The name of this step: the suffix of the temporary file next to the old one. */
  readonly session: string
  /** Set when an entry is restored: other additions of the step are removed as well. */
  readonly before?: FileBefore
}

/**
 * Replaces the entry of a registry with `entry` and keeps all others. A symbolic link is followed, and the file is replaced
 * atomically. A file whose content is again equivalent to the one before the step is restored byte for byte.
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

/** Returns the file at `path` before this step changes it. */
export function describeBefore(path: string, config: Json | undefined): FileBefore {
  const text = config === undefined ? '' : readFileLimitedSync(path, limits.configFile)
  return {
    isMade: config === undefined,
    hadNoAuths: config?.['auths'] === undefined,
    text: config === undefined || text.length > limits.keptConfig ? undefined : text,
  }
}

/** Returns the path of the temporary file with which `replaceEntry` replaces `path`. */
export function temporaryOf(path: string, session: string): string {
  const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined
  try {
    return `${exists ? realpathSync(path) : path}.${session}`
  } catch (error) {
    throw toConfigError(error, 'read')
  }
}

/** Whether a text and a configuration are equivalent. An empty list is equivalent to a missing one. */
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

/** Returns a fingerprint that shows whether an entry has changed. */
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
      // Docker treats null like a missing entry.
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
    replaceFile(path, text, { suffix: `.${session}`, mode: 0o600 })
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
