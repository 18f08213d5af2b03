import { isObject, JsonError, parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { isDigest } from '../oci/digest.ts'
import { parsePlatform } from '../oci/platform.ts'
import { formatRepository } from '../oci/reference.ts'
import type { DigestInput } from './inputs.ts'
import { type NameOptions, readExisting } from './names.ts'
import { parseList } from './read/list.ts'
import { didYouMean, quote, type Read, readWith } from './read/problem.ts'

/**
 * Reads `digests`: digests, `platform=digest` and references with a digest, separated by newlines or commas, or JSON
 * objects from platform to digest, one per line. An identical entry is dropped.
 */
export function readDigests(text: string, options: NameOptions): readonly DigestInput[] {
  const found = new Map<string, DigestInput>()
  const entries = entriesOf(text)
  if (entries.length === 0 && text.trim() !== '') {
    options.report('names no image: the output digests of a job that pushed nothing is {}')
  }
  if (entries.length > limits.indexEntries) {
    options.report(`it has more than ${limits.indexEntries} entries`, entries[limits.indexEntries]?.line)
    return []
  }
  for (const { line, ...entry } of entries) {
    const read = 'problem' in entry ? entry : readEntry(entry.text, options)
    if ('problem' in read) options.report(read.problem, line)
    else found.set(JSON.stringify(read.value), read.value)
  }
  return [...found.values()]
}

type Entry = ({ readonly text: string } | { readonly problem: string }) & { readonly line: number }

function entriesOf(text: string): readonly Entry[] {
  const lines = text.split(/\r?\n/)
  const first = lines.findIndex((one) => one.trimStart().startsWith('{'))
  if (first < 0) return lineEntries(text)
  const whole = readObject(text)
  if ('value' in whole) return whole.value.map((entry) => ({ text: entry, line: first + 1 }))
  // One object per job.
  return lines.flatMap((one, at): readonly Entry[] => {
    const line = at + 1
    if (!one.trimStart().startsWith('{')) return lineEntries(one).map((entry) => ({ ...entry, line }))
    const read = readObject(one)
    return 'value' in read ? read.value.map((entry) => ({ text: entry, line })) : [{ ...read, line }]
  })
}

function lineEntries(text: string): readonly Entry[] {
  return parseList('list', text).items
}

/** Returns the pairs of an object such as the output `digests`, as `platform=digest`. */
function readObject(text: string): Read<readonly string[]> {
  try {
    const value = parseJson(text.trim())
    const pairs = isObject(value) ? Object.entries(value) : []
    const wrong = pairs.find(([, digest]) => typeof digest !== 'string')
    if (wrong !== undefined)
      return { problem: `expected a digest for ${quote(wrong[0])}, found ${quote(JSON.stringify(wrong[1]))}` }
    return { value: pairs.map(([platform, digest]) => `${platform}=${digest}`) }
  } catch (thrown) {
    if (!(thrown instanceof JsonError)) throw thrown
    return { problem: `expected a JSON object from platform to digest, as in the output digests: ${thrown.message}` }
  }
}

function readEntry(text: string, options: NameOptions): Read<DigestInput> {
  const at = text.indexOf('=')
  const [named, rest] = at < 0 ? [undefined, text] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  const platform = named === undefined ? { value: undefined } : readWith(named, parsePlatform)
  if ('problem' in platform) return platform
  if (isDigest(rest)) return { value: { digest: rest, repository: undefined, platform: platform.value } }
  if (!rest.includes('@'))
    return { problem: `expected a digest, sha256: and 64 hex digits, found ${quote(rest)}${near(rest)}` }
  const read = readExisting(rest, options)
  if ('problem' in read) return read
  const { digest, tag: _, ...repository } = read.value
  if (digest === undefined) return { problem: `expected name@sha256:…, found ${quote(rest)}` }
  return { value: { digest, repository, platform: platform.value } }
}

function near(text: string): string {
  const hex = /^(?:sha256[-:])?([0-9a-f]{64})$/i.exec(text)?.[1]
  if (hex !== undefined) return didYouMean(`sha256:${hex}`, [`sha256:${hex.toLowerCase()}`])
  return /^[\w./:-]+$/.test(text) && text.includes('/') ? '; a reference must have a digest: name@sha256:…' : ''
}

/** Formats an entry for messages: the digest, with its repository if it is given. */
export function showDigest({ digest, repository }: DigestInput): string {
  return repository === undefined ? digest : `${formatRepository(repository)}@${digest}`
}
