import { ActionError } from '../errors/action-error.ts'

// Paths inside a tree are `/`-separated and relative to the tree's root, without `.`, `..` and empty parts; the root is
// ''.

/** The maximum lengths of a name and a path on Linux, in bytes (NAME_MAX, PATH_MAX). */
const longest = { name: 255, path: 4096 }

/**
 * Normalizes `text` to a path inside a tree. `..` stops at the root, as in a chroot, so that no path leaves it. Throws
 * `path-invalid` for a NUL character and for names that no Linux file system supports.
 */
export function cleanPath(text: string): string {
  if (isClean(text)) {
    if (longestPart(text) * 3 > longest.name || text.length * 3 >= longest.path) assertLengths(text, text.split('/'))
    return text
  }
  const parts: string[] = []
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  const joined = parts.join('/')
  // Most paths are normalized already: reuse the string instead of keeping a copy.
  const path = joined === text ? text : joined
  if (path.includes('\0')) throw invalid(path.replaceAll('\0', '\\0'), 'it has a NUL character')
  if (path.length * 3 > longest.name) assertLengths(path, parts)
  return path
}

const [slash, dot] = [0x2f, 0x2e]

/** Whether a text is a normalized path other than the root. Most are, and splitting each one takes longer. */
function isClean(text: string): boolean {
  let start = 0
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? slash : text.charCodeAt(at)
    if (code === 0) return false
    if (code !== slash) continue
    const length = at - start
    const dots = text.charCodeAt(start) === dot ? (text.charCodeAt(start + 1) === dot ? 2 : 1) : 0
    if (length === 0 || (length <= 2 && length === dots)) return false
    start = at + 1
  }
  return true
}

/** Returns the length of the longest name of a path, in UTF-16 units. */
function longestPart(path: string): number {
  let [start, most] = [0, 0]
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', start)) {
    most = Math.max(most, slash - start)
    start = slash + 1
  }
  return Math.max(most, path.length - start)
}

/** Appends the normalized path `name` to `folder`. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : name === '' ? folder : `${folder}/${name}`
}

/** Returns the parent directory of `path`; the root is its own parent. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

/** Returns the last name of `path`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Returns the directories above `path`, outermost first, without the root. */
export function ancestorsOf(path: string): readonly string[] {
  const found: string[] = []
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    found.push(path.slice(0, slash))
  }
  return found
}

/**
 * Compares text by its UTF-8 bytes, as Go and the file systems do. JavaScript's own order puts U+E000…U+FFFF after the
 * supplementary planes.
 */
export function compareBytes(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1
  }
  return left.length - right.length
}

/** Returns the index of a name in names that are ordered by `compareBytes`; -1 if it is not one of them. */
export function indexOfName(names: readonly string[], name: string): number {
  let [low, high] = [0, names.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = compareBytes(names[middle] ?? '', name)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}

function assertLengths(path: string, parts: readonly string[]): void {
  if (Buffer.byteLength(path) >= longest.path) throw invalid(path, `it is longer than ${longest.path - 1} bytes`)
  const part = parts.find((name) => Buffer.byteLength(name) > longest.name)
  if (part !== undefined) throw invalid(path, `"${shorten(part)}" is longer than ${longest.name} bytes`)
}

function invalid(path: string, why: string): ActionError {
  return new ActionError('path-invalid', `Cannot use the path "${shorten(path)}": ${why}`)
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
