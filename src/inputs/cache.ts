import { limits } from '../bounds/limits.ts'
import type { CacheEntry, CacheType, CacheWord } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote, type Read } from './read/problem.ts'
import { readRecord } from './read/record.ts'
import { readBoolean, readChoice, splitPair } from './read/value.ts'
import { readByteCount } from './run-settings.ts'

const types: readonly CacheType[] = ['gha', 'registry', 'local', 'inline', 's3', 'azblob']

/** Required attributes of an imported and of an exported cache. */
const needed: Readonly<Record<CacheType, { readonly from: readonly string[]; readonly to: readonly string[] }>> = {
  gha: { from: [], to: [] },
  registry: { from: ['ref'], to: ['ref'] },
  local: { from: ['src'], to: ['dest'] },
  inline: { from: [], to: [] },
  s3: { from: ['region', 'bucket'], to: ['region', 'bucket'] },
  azblob: { from: ['account_url'], to: ['account_url'] },
}

/**
 * Attributes that would appear in the arguments of a process, which other users of the machine can read, and their
 * replacements.
 */
const secret: Readonly<Record<string, string>> = {
  token: "the runner's own token is used",
  ghtoken: "the runner's own token is used",
  access_key_id: 'set AWS_ACCESS_KEY_ID in the environment of the step',
  secret_access_key: 'set AWS_SECRET_ACCESS_KEY in the environment of the step, or give the builder an identity',
  session_token: 'set AWS_SESSION_TOKEN in the environment of the step',
}

/** Reads `cache`: one word; `local` optionally with a directory after a colon. */
export function readCacheWord(text: string): Read<CacheWord> {
  const [, folder] = /^local:(.*)$/s.exec(text) ?? []
  if (folder?.trim() === '') return { problem: `expected a directory after local:, found ${quote(text)}` }
  if (folder !== undefined) return { value: { kind: 'local', folder: folder.trim() } }
  const read = readChoice(text, ['off', 'gha', 'registry', 'local'])
  if ('problem' in read) return read
  return { value: read.value === 'local' ? { kind: 'local', folder: undefined } : { kind: read.value } }
}

/** Reads `cache-mounts`: the maximum size in bytes; undefined for `false`. */
export function readCacheMounts(text: string): Read<number | undefined> {
  const on = readBoolean(text)
  if ('value' in on) return { value: on.value ? limits.cacheMounts : undefined }
  const size = readByteCount(text)
  if ('value' in size) return size
  return {
    problem: `expected true, false or a size such as 500m, found ${quote(text)}${didYouMean(text, ['true', 'false'])}`,
  }
}

/**
 * Reads caches, one per line: attributes as a CSV record in buildx's format, or only a reference, which is short for
 * `type=registry`. https://docs.docker.com/reference/cli/docker/buildx/build/#cache-from
 */
export function readCaches(
  items: readonly ListItem[],
  direction: 'from' | 'to',
  report: ReportLine,
): readonly CacheEntry[] {
  return items.flatMap(({ text, line }) => {
    const read = readCache(text, direction)
    if ('value' in read) return [read.value]
    report(read.problem, line)
    return []
  })
}

function readCache(text: string, direction: 'from' | 'to'): Read<CacheEntry> {
  const fields = readRecord(text)
  if (fields === undefined) return { problem: `expected attributes as CSV, found ${quote(text)}` }
  const [only = ''] = fields
  if (fields.length === 1 && !only.includes('=')) {
    return { value: { type: 'registry', attributes: { type: 'registry', ref: only } } }
  }
  const attributes = new Map<string, string>()
  for (const field of fields) {
    const { key, value } = splitPair(field)
    if (value === null) return { problem: `expected key=value, found ${quote(field)}` }
    const name = key.trim().toLowerCase()
    if (Object.hasOwn(secret, name)) return { problem: `${name} is not supported: ${secret[name]}` }
    attributes.set(name, value.trim())
  }
  const found = attributes.get('type') ?? ''
  const type = types.find((one) => one === found)
  if (type === undefined || (type === 'inline' && direction === 'from')) {
    const accepted = types.filter((one) => one !== 'inline' || direction === 'to')
    const hint =
      type === 'inline' ? '; the cache inside an image is read with type=registry' : didYouMean(found, accepted)
    return { problem: `type: expected one of ${accepted.join(', ')}, found ${quote(found)}${hint}` }
  }
  const missing = needed[type][direction].find((name) => !attributes.get(name))
  if (missing !== undefined)
    return { problem: `type=${type} needs ${missing}${didYouMean(missing, [...attributes.keys()])}` }
  return { value: { type, attributes: Object.fromEntries(attributes) } }
}
