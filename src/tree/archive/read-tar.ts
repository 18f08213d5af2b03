import { ActionError } from '../../errors/action-error.ts'
import type { Content } from '../tree.ts'
import { blockReader } from './block-reader.ts'
import { assertChecksum, contentSize, type Fail, numberAt, recordsOf, type TarEntry, toEntry } from './tar-entry.ts'

// The reader is implemented here, as the writer is (write-tar.ts): the usual library decodes PAX values as text, which
// corrupts file capabilities, and has no limits for hostile input.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html,
// https://www.gnu.org/software/tar/manual/html_node/Standard.html

export type TarLimits = {
  /** Maximum number of entries of an archive. */
  readonly entries: number
  /** Maximum size of the uncompressed archive in bytes. */
  readonly bytes: number
  /**
   * Maximum total size, in bytes, of the names, link targets and extended attributes of all entries, since callers may
   * keep them in memory.
   */
  readonly names: number
  readonly attributes: number
  /** Number of bytes of each file's content that are returned with its entry. Default: none. */
  readonly head?: number
}

/** Far above any real image. A small file that unpacks to more is an attack or a mistake. */
export const tarLimits: TarLimits = {
  entries: 1_000_000,
  bytes: 256 * 2 ** 30,
  names: 256 * 2 ** 20,
  attributes: 16 * 2 ** 20,
}

/** Maximum total size in bytes of the extended headers of one entry, and of all global extended headers. */
const mostExtended = 1024 * 1024

const block = 512

/**
 * Returns the offset at which the content of an entry ends in the uncompressed archive, in bytes; 0 without an entry.
 */
export function endOf(entry: Pick<TarEntry, 'offset' | 'node'> | undefined): number {
  return entry === undefined ? 0 : entry.offset + entry.node.size
}

/** The fields of a PAX header or a GNU long name, which override those of the next entry's header. */
type Extended = {
  readonly records: ReadonlyMap<string, Buffer> /* Total size of the headers in bytes. */
  readonly size: number
}

const nothing: Extended = { records: new Map(), size: 0 }

/**
 * Reads the entries of an uncompressed tar archive in order and skips their content. Throws `archive-invalid` if the
 * archive is damaged, truncated or over the limits, and `archive-unsupported` for sparse files. `what` begins the
 * message.
 */
export async function* readTar(source: Content, what: string, limits: TarLimits = tarLimits): AsyncGenerator<TarEntry> {
  for await (const entries of readTarByChunk(source, what, limits)) yield* entries
}

/**
 * Reads entries like `readTar`. Returns the entries of each chunk together, before the next one is read: a promise for
 * each would take as long as its header.
 */
export async function* readTarByChunk(
  source: Content,
  what: string,
  limits: TarLimits = tarLimits,
): AsyncGenerator<readonly TarEntry[]> {
  const fail: Fail = (found, hint) =>
    new ActionError(hint === undefined ? 'archive-invalid' : 'archive-unsupported', `${what}: ${found}`, {
      hint: hint ?? 'Create the archive again, or check how it was downloaded.',
    })
  const reader = blockReader(source, fail, limits.bytes)
  const budget = createBudget(limits, fail)
  let extended = nothing
  let global = nothing
  let found: TarEntry[] = []
  /** Returns the entries that were found since the last call. */
  const taken = (): readonly TarEntry[] => {
    const entries = found
    found = []
    return entries
  }
  try {
    for (;;) {
      let header = reader.takeNow(block)
      if (header === undefined) {
        if (found.length > 0) yield taken()
        header = await reader.take(block)
      }
      // An archive ends with two blocks of zeros. Like other readers, accept a single block or the end of the file.
      if (header === undefined || isEmpty(header)) break
      assertChecksum(header, fail)
      const flag = String.fromCharCode(header[156] || 0x30)
      const size = numberAt(header, 124, 12)
      if ('xgLK'.includes(flag)) {
        const { records, size: before } = flag === 'g' ? global : extended
        if (!(size >= 0)) throw fail('a header has an invalid size')
        if (before + size > mostExtended) throw fail(`it has extended headers of ${before + size} bytes`)
        const data = await reader.take(size)
        await reader.skip(padding(size))
        if (data === undefined) throw fail('it ends inside a header')
        const more = { records: new Map([...records, ...recordsOf(flag, data, fail)]), size: before + size }
        if (flag === 'g') global = more
        else extended = more
        continue
      }
      const entry = toEntry(header, flag, {
        records: global.size === 0 ? extended.records : new Map([...global.records, ...extended.records]),
        offset: reader.position(),
        fail,
      })
      extended = nothing
      if (entry) budget(entry)
      const stored = contentSize(entry, flag, size, fail)
      const wanted = Math.min(stored, limits.head ?? 0)
      let head = wanted === 0 ? undefined : reader.takeNow(wanted)
      if (wanted > 0 && head === undefined) {
        if (found.length > 0) yield taken()
        head = await reader.take(wanted)
        if (head === undefined) throw fail('it is truncated')
      }
      if (entry) found.push(head === undefined ? entry : { ...entry, head })
      const rest = stored - wanted + padding(stored)
      if (reader.skipNow(rest)) continue
      if (found.length > 0) yield taken()
      await reader.skip(rest)
    }
    if (found.length > 0) yield taken()
  } catch (error) {
    // Entries before a damaged one are valid.
    if (found.length > 0) yield taken()
    throw error
  } finally {
    await reader.close()
  }
}

function isEmpty(header: Buffer): boolean {
  for (let at = 0; at < header.length; at += 1) if (header[at] !== 0) return false
  return true
}

/** Returns a function that counts entries and throws when their number or total size exceeds the limits. */
function createBudget(limits: TarLimits, fail: Fail): (entry: TarEntry) => void {
  let entries = 0
  let names = 0
  let attributes = 0
  return ({ name, linkTo, node }) => {
    entries += 1
    if (entries > limits.entries) throw fail(`it has more than ${limits.entries} entries`)
    names += name.length + (linkTo ?? node.target ?? '').length
    if (names > limits.names) throw fail(`its names take more than ${limits.names} bytes`)
    if (node.xattrs === undefined) return
    for (const [key, value] of node.xattrs) attributes += key.length + value.length
    if (attributes > limits.attributes) throw fail(`it has more than ${limits.attributes} bytes of extended attributes`)
  }
}

function padding(size: number): number {
  return (block - (size % block)) % block
}
