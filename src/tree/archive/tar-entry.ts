import type { ActionError } from '../../errors/action-error.ts'
import type { NodeType, TreeNode } from '../tree.ts'

/** One entry of a tar archive. `name` and the `linkTo` of a hard link are not sanitized. */
export type TarEntry = {
  readonly name: string
  readonly node: TreeNode
  readonly linkTo?: string
  /** Offset of the content in the uncompressed archive, in bytes. */
  readonly offset: number
  /** The first bytes of a file's content, if requested. */
  readonly head?: Buffer
}

/** Creates the error for an entry. With a `hint`, the entry is valid but not supported. */
export type Fail = (found: string, hint?: string) => ActionError

/** Returns the records of an extended header. A GNU header has a single one, a long name. */
export function recordsOf(flag: string, data: Buffer, fail: Fail): ReadonlyMap<string, Buffer> {
  return flag === 'x' || flag === 'g'
    ? parseRecords(data, fail)
    : new Map([[flag === 'L' ? 'path' : 'linkpath', upToNul(data)]])
}

/**
 * Parses PAX records: `<length> <key>=<value>
 * `, where the value is arbitrary bytes.
 */
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

/**
 * Converts a header of type `flag` to an entry, overriding its fields with the extended `records`. Returns undefined if
 * the header does not describe a file.
 */
export function toEntry(
  header: Buffer,
  flag: string,
  {
    records,
    offset,
    fail,
  }: { readonly records: ReadonlyMap<string, Buffer>; readonly offset: number; readonly fail: Fail },
): TarEntry | undefined {
  // Most entries have none.
  const isExtended = records.size > 0
  const text = (key: string): string | undefined => (isExtended ? records.get(key)?.toString('utf8') : undefined)
  const number = (key: string): number | undefined => {
    const value = text(key)
    return value === undefined ? undefined : Number(value)
  }
  const ustar = isUstar(header)
  const prefix = ustar ? textAt(header, 345, 155) : ''
  const plain = textAt(header, 0, 100)
  const name = text('path') ?? (prefix === '' ? plain : `${prefix}/${plain}`)
  if (flag === 'S' || (isExtended && [...records.keys()].some((key) => key.startsWith('GNU.sparse.'))))
    throw fail(
      `${text('GNU.sparse.name') ?? name} is stored as a sparse file`,
      'Create the archive without `--sparse` (`-S`). Compressed, it is as small.',
    )
  const written = types[flag]
  // Other flags are vendor metadata (V: volume label, D: directory list).
  if (written === undefined) return undefined
  // Old archives mark directories only with a trailing slash.
  const type = written === 'file' && name.endsWith('/') ? 'directory' : written
  const common = {
    type: type === 'link' ? 'file' : type,
    mode: numberAt(header, 100, 8) & 0o7777,
    uid: number('uid') ?? numberAt(header, 108, 8),
    gid: number('gid') ?? numberAt(header, 116, 8),
    mtime: Math.floor((number('mtime') ?? numberAt(header, 136, 12)) * 1000),
    size: type === 'file' ? (number('size') ?? numberAt(header, 124, 12)) : 0,
  } as const
  if (!isSize(common.uid) || !isSize(common.gid) || !isSize(common.size) || Number.isNaN(common.mtime)) {
    throw fail(`the header of ${name} has an invalid number`)
  }
  if ((type === 'file' || type === 'directory') && !isExtended) return { name, node: common, offset }
  const isLink = type === 'link' || type === 'symlink'
  const linkTo = isLink ? (text('linkpath') ?? textAt(header, 157, 100)) : ''
  const node: TreeNode = {
    ...common,
    ...(type === 'symlink' ? { target: linkTo } : {}),
    ...(type.endsWith('-device')
      ? { device: { major: numberAt(header, 329, 8), minor: numberAt(header, 337, 8) } }
      : {}),
    ...(isExtended ? xattrsOf(records) : {}),
  }
  return type === 'link' ? { name, node, offset, linkTo } : { name, node, offset }
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** Whether the header has the magic number `ustar` and a NUL. */
function isUstar(header: Buffer): boolean {
  return header.readUInt32BE(257) === 0x75737461 && header.readUInt16BE(261) === 0x7200
}

function xattrsOf(records: ReadonlyMap<string, Buffer>): Pick<TreeNode, 'xattrs'> {
  const prefix = 'SCHILY.xattr.'
  const found = [...records].filter(([key]) => key.startsWith(prefix))
  // Copied, so that the surrounding archive buffer can be released.
  return found.length === 0
    ? {}
    : { xattrs: new Map(found.map(([key, value]) => [key.slice(prefix.length), Buffer.from(value)])) }
}

/**
 * Returns the number of content bytes after the header. Links and devices have none, whatever their size field says:
 * old versions of tar gave links the size of their file.
 */
export function contentSize(entry: TarEntry | undefined, flag: string, size: number, fail: Fail): number {
  const stored = entry === undefined ? size : entry.node.type === 'file' && flag !== '1' ? entry.node.size : 0
  if (!Number.isSafeInteger(stored) || stored < 0) throw fail('an entry has an invalid size')
  return stored
}

/** Throws `fail` if the checksum of the header does not match. */
export function assertChecksum(header: Buffer, fail: Fail): void {
  let sum = 8 * 0x20
  for (let at = 0; at < header.length; at += 1) sum += header[at] ?? 0
  for (let at = 148; at < 156; at += 1) sum -= header[at] ?? 0
  if (sum !== numberAt(header, 148, 8)) throw fail('it is damaged or not a tar archive (wrong header checksum)')
}

/** Reads a number in octal text or, if the first bit is set, in binary (a GNU extension for large values). */
export function numberAt(header: Buffer, start: number, length: number): number {
  const first = header[start] ?? 0
  if (first < 0x80) return octalAt(header, start, start + length)
  let value = first === 0xff ? -1 : first & 0x3f
  for (const byte of header.subarray(start + 1, start + length)) value = value * 256 + byte
  return value
}

/**
 * Reads octal digits after leading blanks, up to the first other byte. Returns 0 if there are no digits, and NaN for
 * anything that is not a number.
 */
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
  const end = header.indexOf(0, start)
  return header.toString('utf8', start, end === -1 ? start + length : Math.min(end, start + length))
}

function upToNul(data: Buffer): Buffer {
  const end = data.indexOf(0)
  return end === -1 ? data : data.subarray(0, end)
}
