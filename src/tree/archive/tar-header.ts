import type { FileEntry } from '../file-entry.ts'
import { compareBytes } from '../path.ts'
import type { TreeNode } from '../tree.ts'

// Headers are written here and not by a library: digests depend on their bytes, which must not change with a
// dependency, and file capabilities are binary PAX values, which the usual library writes as text.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html

export const blockSize = 512

const flags = {
  file: '0',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
} as const

/** The maximum values of the octal fields of 8 and 12 bytes. */
const [most8, most12] = [0o7777777, 0o77777777777]

/**
 * Returns the header blocks of an entry: one, preceded by a PAX header if a value does not fit. `seconds` is the
 * entry's modification time since 1970.
 */
export function tarHeader(entry: FileEntry, seconds: number): Buffer {
  const header = Buffer.alloc(blockSize)
  writeTarHeader(entry, seconds, { target: header, at: 0 })
  const extended = extendedHeader(entry, seconds)
  return extended === undefined ? header : Buffer.concat([extended, header])
}

/** Returns the PAX header of an entry, which precedes the other one; undefined if all values fit into that. */
export function extendedHeader({ path, node, linkTo }: FileEntry, seconds: number): Buffer | undefined {
  const name = nameOf(path, node)
  const target = linkTo ?? node.target ?? ''
  const size = linkTo === undefined ? node.size : 0
  const records: [string, string | Buffer][] = []
  if (splitName(name) === undefined) records.push(['path', name])
  if (!fits(target, 100)) records.push(['linkpath', target])
  if (node.uid > most8) records.push(['uid', String(node.uid)])
  if (node.gid > most8) records.push(['gid', String(node.gid)])
  if (size > most12) records.push(['size', String(size)])
  if (seconds < 0 || seconds > most12) records.push(['mtime', String(seconds)])
  for (const [key, value] of node.xattrs ?? []) records.push([`SCHILY.xattr.${key}`, value])
  return records.length === 0 ? undefined : paxHeader(records)
}

/** A position in an archive. The block there has zeros. */
type Place = { readonly target: Uint8Array; readonly at: number }

/** Writes the header block of an entry without a PAX header. */
export function writeTarHeader({ path, node, linkTo }: FileEntry, seconds: number, at: Place): void {
  const name = nameOf(path, node)
  const size = linkTo === undefined ? node.size : 0
  const place = splitName(name)
  ustar(at, {
    name: place?.name ?? asciiOf(name),
    prefix: place?.prefix ?? '',
    mode: node.mode,
    uid: node.uid > most8 ? 0 : node.uid,
    gid: node.gid > most8 ? 0 : node.gid,
    size: size > most12 ? 0 : size,
    mtime: seconds < 0 || seconds > most12 ? 0 : seconds,
    flag: linkTo === undefined ? flags[node.type] : '1',
    target: asciiOf(linkTo ?? node.target ?? ''),
    device: node.device,
  })
}

function nameOf(path: string, { type }: TreeNode): string {
  return type === 'directory' ? `${path}/` : path
}

function paxHeader(records: readonly (readonly [string, string | Buffer])[]): Buffer {
  const body = Buffer.concat(records.toSorted(([left], [right]) => compareBytes(left, right)).map(paxRecord))
  const header = Buffer.alloc(blockSize)
  ustar(
    { target: header, at: 0 },
    {
      name: 'PaxHeaders.0',
      prefix: '',
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: body.length,
      mtime: 0,
      flag: 'x',
      target: '',
      device: undefined,
    },
  )
  return Buffer.concat([header, body, paddingFor(body.length)])
}

/**
 * Formats `<length> <key>=<value>
 * `, where the length includes its own digits.
 */
function paxRecord([key, value]: readonly [string, string | Buffer]): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')])
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return Buffer.concat([Buffer.from(String(length)), rest])
}

type Fields = {
  readonly name: string
  readonly prefix: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly mtime: number
  readonly flag: string
  readonly target: string
  readonly device: { readonly major: number; readonly minor: number } | undefined
}

/** Writes byte by byte: for 20,000 files, texts that are padded and joined took four times as long. */
function ustar({ target: header, at: start }: Place, fields: Fields): void {
  // The sum of all bytes, with the checksum field itself counted as eight blanks.
  let sum = 8 * 0x20
  const text = (value: string, at: number): void => {
    for (let index = 0; index < value.length; index += 1) sum += header[start + at + index] = value.charCodeAt(index)
  }
  const octal = (value: number, at: number, digits: number): void => {
    let rest = value
    for (let index = at + digits - 1; index >= at; index -= 1) {
      sum += header[start + index] = 0x30 + (rest % 8)
      rest = Math.floor(rest / 8)
    }
  }
  text(fields.name, 0)
  octal(fields.mode, 100, 7)
  octal(fields.uid, 108, 7)
  octal(fields.gid, 116, 7)
  octal(fields.size, 124, 11)
  octal(fields.mtime, 136, 11)
  text(fields.flag, 156)
  text(fields.target, 157)
  text('ustar', 257)
  text('00', 263)
  octal(fields.device?.major ?? 0, 329, 7)
  octal(fields.device?.minor ?? 0, 337, 7)
  text(fields.prefix, 345)
  octal(sum, 148, 6)
  header[start + 155] = 0x20
}

const zeros = Buffer.alloc(blockSize)

/** Returns the number of zeros up to the next block boundary. */
export function paddingSize(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize
}

/** Returns the zeros up to the next block boundary. */
export function paddingFor(size: number): Buffer {
  return zeros.subarray(0, paddingSize(size))
}

/** Splits a name at a slash into the two fields of the header. Returns undefined if it does not fit. */
function splitName(name: string): { readonly prefix: string; readonly name: string } | undefined {
  if (fits(name, 100)) return { prefix: '', name }
  if (!fits(name, 256)) return undefined
  const slash = name.lastIndexOf('/', Math.min(155, name.length - 2))
  return slash > 0 && name.length - slash - 1 <= 100
    ? { prefix: name.slice(0, slash), name: name.slice(slash + 1) }
    : undefined
}

function fits(text: string, length: number): boolean {
  return text.length <= length && isAscii(text)
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false
  return true
}

/** Returns the ASCII fallback of a name for readers that do not support PAX. */
function asciiOf(text: string): string {
  return isAscii(text) ? text.slice(0, 100) : text.replace(/[^\0-\x7f]/gu, '_').slice(0, 100)
}
