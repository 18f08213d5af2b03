import { ActionError } from '../errors.ts'
import type { Content, NodeType, TreeNode } from './tree.ts'

// Reading is written here, as writing is (write-tar.ts): the usual library decodes PAX values as text, which ruins
// file capabilities, and has no bounds for hostile input.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, https://www.gnu.org/software/tar/manual/html_node/Standard.html

/** One entry of a tar archive. `name` and a hard link's `linkTo` are as written: whoever uses them must clean them. */
export type TarEntry = {
  readonly name: string
  readonly node: TreeNode
  readonly linkTo?: string
  /** Where the content begins in the uncompressed archive, in bytes. */
  readonly offset: number
  /** The first bytes of a file's content, where they were asked for. */
  readonly head?: Buffer
}

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

/** A `hint` is for what is not damaged but not supported. */
type Fail = (found: string, hint?: string) => ActionError

/**
 * The entries of an uncompressed tar archive in order; the content of each is passed over.
 * Throws `archive-invalid` for what is damaged, cut short, or over the limits, `archive-unsupported` for sparse files. `what` begins
 * the message.
 */
export async function* readTar(source: Content, what: string, limits: TarLimits = tarLimits): AsyncGenerator<TarEntry> {
  const fail: Fail = (found, hint) =>
    new ActionError(hint === undefined ? 'archive-invalid' : 'archive-unsupported', `${what}: ${found}`, {
      ...(hint === undefined ? {} : { hint }),
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

/** The records of an extended header; those of GNU are for one long name each. */
function recordsOf(flag: string, data: Buffer, fail: Fail): ReadonlyMap<string, Buffer> {
  return flag === 'x' || flag === 'g'
    ? parseRecords(data, fail)
    : new Map([[flag === 'L' ? 'path' : 'linkpath', upToNul(data)]])
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

/** PAX records: `<length> <key>=<value>\n`, the value being any bytes. */
function parseRecords(data: Buffer, fail: Fail): Map<string, Buffer> {
  const records = new Map<string, Buffer>()
  for (let start = 0; start < data.length; ) {
    const space = data.indexOf(0x20, start)
    const length = space === -1 || space - start > 10 ? Number.NaN : Number(data.toString('latin1', start, space))
    const equals = data.indexOf(0x3d, space)
    const end = start + length
    if (!(Number.isInteger(length) && equals > space && equals < end && end <= data.length && data[end - 1] === 0x0a)) {
      throw fail('it has a damaged PAX header')
    }
    records.set(data.toString('utf8', space + 1, equals), data.subarray(equals + 1, end - 1))
    start = end
  }
  return records
}

const types: Readonly<Record<string, NodeType | 'link'>> = {
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
}

function toEntry(
  header: Buffer,
  flag: string,
  {
    records,
    offset,
    fail,
  }: { readonly records: ReadonlyMap<string, Buffer>; readonly offset: number; readonly fail: Fail },
): TarEntry | undefined {
  const text = (key: string): string | undefined => records.get(key)?.toString('utf8')
  const number = (key: string): number | undefined => {
    const value = text(key)
    return value === undefined ? undefined : Number(value)
  }
  const ustar = header.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = ustar ? textAt(header, 345, 155) : ''
  const plain = textAt(header, 0, 100)
  const name = text('path') ?? (prefix === '' ? plain : `${prefix}/${plain}`)
  if (flag === 'S' || [...records.keys()].some((key) => key.startsWith('GNU.sparse.')))
    throw fail(
      `${text('GNU.sparse.name') ?? name} is stored as a sparse file`,
      'Make the archive without --sparse (-S): compressed, it is as small.',
    )
  const written = types[flag]
  // Other flags are comments of some vendor (V: volume label, D: directory list).
  if (written === undefined) return undefined
  // Old archives have no flag for directories, only the slash.
  const type = written === 'file' && name.endsWith('/') ? 'directory' : written
  const linkTo = text('linkpath') ?? textAt(header, 157, 100)
  const node: TreeNode = {
    type: type === 'link' ? 'file' : type,
    mode: numberAt(header, 100, 8) & 0o7777,
    uid: number('uid') ?? numberAt(header, 108, 8),
    gid: number('gid') ?? numberAt(header, 116, 8),
    mtime: Math.floor((number('mtime') ?? numberAt(header, 136, 12)) * 1000),
    size: type === 'file' ? (number('size') ?? numberAt(header, 124, 12)) : 0,
    ...(type === 'symlink' ? { target: linkTo } : {}),
    ...(type.endsWith('-device')
      ? { device: { major: numberAt(header, 329, 8), minor: numberAt(header, 337, 8) } }
      : {}),
    ...xattrsOf(records),
  }
  if (
    ![node.uid, node.gid, node.size].every((value) => Number.isSafeInteger(value) && value >= 0) ||
    Number.isNaN(node.mtime)
  ) {
    throw fail(`the header of ${name} has a number that is none`)
  }
  return { name, node, offset, ...(type === 'link' ? { linkTo } : {}) }
}

function xattrsOf(records: ReadonlyMap<string, Buffer>): Pick<TreeNode, 'xattrs'> {
  const prefix = 'SCHILY.xattr.'
  const found = [...records].filter(([key]) => key.startsWith(prefix))
  // Copied, so that nothing of the archive around them is kept.
  return found.length === 0
    ? {}
    : { xattrs: new Map(found.map(([key, value]) => [key.slice(prefix.length), Buffer.from(value)])) }
}

/** The bytes that follow the header. Links and devices have none, whatever their size says; old tars gave links the size of their file. */
function contentSize(entry: TarEntry | undefined, flag: string, size: number, fail: Fail): number {
  const stored = entry === undefined ? size : entry.node.type === 'file' && flag !== '1' ? entry.node.size : 0
  if (!Number.isSafeInteger(stored) || stored < 0) throw fail('an entry has an impossible size')
  return stored
}

function assertChecksum(header: Buffer, fail: Fail): void {
  let sum = 8 * 0x20
  for (const byte of header) sum += byte
  for (const byte of header.subarray(148, 156)) sum -= byte
  if (sum !== numberAt(header, 148, 8)) throw fail('it is damaged or no tar archive: a header has a wrong checksum')
}

/** A number in octal text or, with the first bit set, in binary (GNU, for what octal cannot hold). */
function numberAt(header: Buffer, start: number, length: number): number {
  const first = header[start] ?? 0
  if (first < 0x80) return octalAt(header, start, start + length)
  let value = first === 0xff ? -1 : first & 0x3f
  for (const byte of header.subarray(start + 1, start + length)) value = value * 256 + byte
  return value
}

/** Octal digits with blanks before them, up to the first other byte; 0 where there are none, and NaN for what is no number. */
function octalAt(header: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && header[at] === 0x20) at += 1
  const begun = at
  let value = 0
  for (let digit = digitAt(header, at); at < end && digit !== undefined; digit = digitAt(header, at)) {
    value = value * 8 + digit
    at += 1
  }
  return at > begun || at === end || header[at] === 0 ? value : Number.NaN
}

function digitAt(header: Buffer, at: number): number | undefined {
  const digit = (header[at] ?? 0) - 0x30
  return digit >= 0 && digit < 8 ? digit : undefined
}

function textAt(header: Buffer, start: number, length: number): string {
  return upToNul(header.subarray(start, start + length)).toString('utf8')
}

function upToNul(data: Buffer): Buffer {
  const end = data.indexOf(0)
  return end === -1 ? data : data.subarray(0, end)
}

function padding(size: number): number {
  return (block - (size % block)) % block
}

type BlockReader = {
  /** The next `size` bytes, or undefined when the source is at its end. */
  readonly take: (size: number) => Promise<Buffer | undefined>
  readonly skip: (size: number) => Promise<void>
  readonly position: () => number
  readonly close: () => Promise<void>
}

function blockReader(source: Content, fail: Fail, most: number): BlockReader {
  const iterator = source[Symbol.asyncIterator]()
  let chunk: Uint8Array = new Uint8Array()
  let position = 0
  const more = async (): Promise<boolean> => {
    while (chunk.length === 0) {
      const next = await iterator.next()
      if (next.done) return false
      chunk = next.value
    }
    return true
  }
  const consume = (size: number): Uint8Array => {
    const part = chunk.subarray(0, size)
    chunk = chunk.subarray(part.length)
    position += part.length
    if (position > most) throw fail(`it unpacks to more than ${most} bytes`)
    return part
  }
  return {
    position: () => position,
    close: async () => {
      await iterator.return?.()
    },
    take: async (size) => {
      if (chunk.length >= size) {
        const part = consume(size)
        return Buffer.from(part.buffer, part.byteOffset, part.length)
      }
      const parts: Uint8Array[] = []
      for (let left = size; left > 0; ) {
        if (!(await more())) {
          if (left === size) return undefined
          throw fail('it is cut short')
        }
        const part = consume(left)
        parts.push(part)
        left -= part.length
      }
      return Buffer.concat(parts)
    },
    skip: async (size) => {
      for (let left = size; left > 0; ) {
        if (!(await more())) throw fail('it is cut short')
        left -= consume(left).length
      }
    },
  }
}
