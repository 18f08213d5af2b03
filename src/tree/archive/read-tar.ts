import { ActionError } from '../../errors/action-error.ts'
import type { Content } from '../tree.ts'
import { blockReader } from './block-reader.ts'
import { assertChecksum, contentSize, type Fail, numberAt, recordsOf, type TarEntry, toEntry } from './tar-entry.ts'

// Reading is written here, as writing is (write-tar.ts): the usual library decodes PAX values as text, which ruins
// file capabilities, and has no bounds for hostile input.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, https://www.gnu.org/software/tar/manual/html_node/Standard.html

export type TarLimits = {
  /** Entries of one archive. */
  readonly entries: number
  /** Bytes of one archive without compression. */
  readonly bytes: number
  /** Bytes of the names and link targets of all its entries, and of their extended attributes: whoever reads them may keep them in memory. */
  readonly names: number
  readonly attributes: number
  /** Bytes of each file's content to give with its entry. Default: none. */
  readonly head?: number
}

/** Far more than any real image has; a small file that unpacks to more is an attack or a mistake. */
export const tarLimits: TarLimits = {
  entries: 1_000_000,
  bytes: 256 * 2 ** 30,
  names: 256 * 2 ** 20,
  attributes: 16 * 2 ** 20,
}

/** Bytes of all headers that say more of one entry, and of all that say more of every entry. */
const mostExtended = 1024 * 1024

const block = 512

/** Where the content of an entry ends in the uncompressed archive, in bytes; 0 for no entry. */
export function endOf(entry: TarEntry | undefined): number {
  return entry === undefined ? 0 : entry.offset + entry.node.size
}

/** The fields that a PAX header or a GNU long name puts in place of those of the next entry's own header. */
type Extended = { readonly records: ReadonlyMap<string, Buffer> /** Bytes of the headers. */; readonly size: number }

const nothing: Extended = { records: new Map(), size: 0 }

/**
 * The entries of an uncompressed tar archive in order; the content of each is passed over.
 * Throws `archive-invalid` for what is damaged, cut short, or over the limits, `archive-unsupported` for sparse files. `what` begins
 * the message.
 */
export async function* readTar(source: Content, what: string, limits: TarLimits = tarLimits): AsyncGenerator<TarEntry> {
  const fail: Fail = (found, hint) =>
    new ActionError(hint === undefined ? 'archive-invalid' : 'archive-unsupported', `${what}: ${found}`, {
      hint: hint ?? 'Create the archive again, or check how it was downloaded.',
    })
  const reader = blockReader(source, fail, limits.bytes)
  const budget = createBudget(limits, fail)
  let extended = nothing
  let global = nothing
  try {
    for (;;) {
      const header = await reader.take(block)
      // An archive ends with two blocks of zeros; like others we take one, and the end of the file, for the end.
      if (header === undefined || header.every((byte) => byte === 0)) break
      assertChecksum(header, fail)
      const flag = String.fromCharCode(header[156] || 0x30)
      const size = numberAt(header, 124, 12)
      if ('xgLK'.includes(flag)) {
        const { records, size: before } = flag === 'g' ? global : extended
        if (!(size >= 0)) throw fail('a header has an impossible size')
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
      const taken = Math.min(stored, limits.head ?? 0)
      const head = taken === 0 ? undefined : await reader.take(taken)
      if (taken > 0 && head === undefined) throw fail('it is cut short')
      if (entry) yield head === undefined ? entry : { ...entry, head }
      await reader.skip(stored - taken + padding(stored))
    }
  } finally {
    await reader.close()
  }
}

/** Throws when the entries that it is called with are more than the limits, or have together more. */
function createBudget(limits: TarLimits, fail: Fail): (entry: TarEntry) => void {
  let entries = 0
  let names = 0
  let attributes = 0
  return ({ name, linkTo, node }) => {
    entries += 1
    if (entries > limits.entries) throw fail(`it has more than ${limits.entries} entries`)
    names += name.length + (linkTo ?? node.target ?? '').length
    if (names > limits.names) throw fail(`its names take more than ${limits.names} bytes`)
    for (const [key, value] of node.xattrs ?? []) attributes += key.length + value.length
    if (attributes > limits.attributes) throw fail(`it has more than ${limits.attributes} bytes of extended attributes`)
  }
}

function padding(size: number): number {
  return (block - (size % block)) % block
}
