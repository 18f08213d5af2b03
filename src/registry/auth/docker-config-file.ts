import { basename, dirname, join } from 'node:path'
import { isObject, JsonError, parseJson } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { LimitError, readFileLimitedSync } from '../../bounds/read-limited.ts'

/**
 * Docker's `config.json`, limited to members of the types that Docker expects. Members that are not named here are
 * preserved.
 */
export type DockerConfig = {
  readonly auths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly credsStore?: string
  readonly credHelpers?: Readonly<Record<string, string>>
  readonly currentContext?: string
  readonly cliPluginsExtraDirs?: readonly string[]
  readonly [other: string]: unknown
}

export type FoundConfig = {
  readonly config: DockerConfig
  /** The problems of the file, one sentence each. They quote nothing of it, since it contains passwords. */
  readonly problems: readonly string[]
}

/**
 * Reads the user's Docker configuration in `folder`. Without a `config.json`, reads the older `.dockercfg` next to the
 * directory `.docker`, which Docker itself has not read since version 23. Unreadable members and those of an unexpected
 * type are omitted and reported as problems, since a build may not need them.
 * https://github.com/docker/cli/blob/v28.5.2/cli/config/configfile/file.go
 */
export function readDockerConfig(folder: string): FoundConfig {
  const path = join(folder, 'config.json')
  const found = readObject(path)
  if (found !== undefined) return 'problem' in found ? cannotRead(path, found.problem) : checked(path, found.value)
  if (basename(folder) !== '.docker') return { config: {}, problems: [] }
  const old = join(dirname(folder), '.dockercfg')
  const legacy = readObject(old)
  if (legacy === undefined) return { config: {}, problems: [] }
  return 'problem' in legacy ? cannotRead(old, legacy.problem) : checked(old, { auths: legacy.value })
}

/** Reads a JSON object from a file. Returns undefined if the file does not exist. */
function readObject(
  path: string,
): { readonly value: Readonly<Record<string, unknown>> } | { readonly problem: string } | undefined {
  try {
    const value = parseJson(readFileLimitedSync(path, limits.configFile))
    return isObject(value) ? { value } : { problem: 'it is not a JSON object' }
  } catch (error) {
    if (error instanceof JsonError || error instanceof LimitError) return { problem: error.message }
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    return { problem: code === 'EACCES' ? 'this user is not allowed to read it' : `it cannot be opened (${code})` }
  }
}

function cannotRead(path: string, problem: string): FoundConfig {
  return { config: {}, problems: [`Cannot read ${path}: ${problem}. It is ignored`] }
}

function checked(path: string, file: Readonly<Record<string, unknown>>): FoundConfig {
  const problems: string[] = []
  const kept = Object.entries(file).flatMap(([name, value]): [string, unknown][] => {
    if (value === null) return []
    const problem = types[name]?.(value)
    if (problem === undefined) return [[name, name === 'auths' ? usable(value) : value]]
    problems.push(`Cannot use ${name} of ${path}: ${problem}. It is ignored`)
    return []
  })
  const dropped = unusable(file['auths'])
  if (dropped > 0)
    problems.push(`Cannot use ${dropped} of the entries in auths of ${path}: they do not have Docker's format`)
  return { config: Object.fromEntries(kept), problems }
}

type Check = (value: unknown) => string | undefined

const isText = (value: unknown): value is string => typeof value === 'string'

const text: Check = (value) => (isText(value) ? undefined : 'it is not a string')
const texts: Check = (value) =>
  Array.isArray(value) && value.every(isText) ? undefined : 'it is not a list of strings'
const object: Check = (value) => (isObject(value) ? undefined : 'it is not an object')
const objectOf =
  (check: Check, what: string): Check =>
  (value) =>
    isObject(value) && Object.values(value).every((member) => check(member) === undefined)
      ? undefined
      : `it is not an object of ${what}`
const textObject = objectOf(text, 'strings')

/** Docker rejects the whole file if one member has another type. */
const types: Readonly<Record<string, Check>> = {
  auths: object,
  credsStore: text,
  credHelpers: textObject,
  currentContext: text,
  cliPluginsExtraDirs: texts,
  HttpHeaders: textObject,
  proxies: objectOf(textObject, 'objects of strings'),
  plugins: objectOf(textObject, 'objects of strings'),
  aliases: textObject,
  features: textObject,
  detachKeys: text,
  psFormat: text,
  imagesFormat: text,
  networksFormat: text,
  pluginsFormat: text,
  volumesFormat: text,
  statsFormat: text,
  serviceInspectFormat: text,
  servicesFormat: text,
  tasksFormat: text,
  secretFormat: text,
  configFormat: text,
  nodesFormat: text,
}

/** Returns the entries of `auths` that Docker can read. */
function usable(auths: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(isObject(auths) ? auths : {}).filter(([, entry]) => isEntry(entry)))
}

function unusable(auths: unknown): number {
  return isObject(auths) ? Object.values(auths).filter((entry) => !isEntry(entry)).length : 0
}

function isEntry(entry: unknown): boolean {
  if (textObject(entry) !== undefined || !isObject(entry)) return false
  const { auth } = entry
  // Docker rejects the whole file with "Invalid auth configuration file" if one entry has no colon.
  return !isText(auth) || auth === '' || Buffer.from(auth, 'base64').includes(':')
}
