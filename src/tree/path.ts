import { ActionError } from '../errors/action-error.ts'

// Paths inside a tree: `/`-separated, relative to the tree's root, without `.`, `..` and empty parts; the root is ''.

/** The longest name and path that Linux takes, in bytes (NAME_MAX, PATH_MAX). */
const longest = { name: 255, path: 4096 }

/**
 * `text` as a path inside a tree. `..` stops at the root, as in a chroot, so that no text leads out of it.
 * Throws `path-invalid` for a NUL character and for what no Linux file system can hold.
 */
export function cleanPath(text: string): string {
  const parts: string[] = []
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  const joined = parts.join('/')
  // Most are clean already, and the same text need not be there twice.
  const path = joined === text ? text : joined
  if (path.includes('\0')) throw invalid(path.replaceAll('\0', '\\0'), 'it has a NUL character')
  if (path.length * 3 > longest.name) assertLengths(path, parts)
  return path
}

/** `name`, itself cleaned, below `folder`. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : name === '' ? folder : `${folder}/${name}`
}

/** The path of the folder that holds `path`; the root holds itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

/** The last name of `path`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The folders above `path`, outermost first, without the root. */
export function ancestorsOf(path: string): readonly string[] {
  const found: string[] = []
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    found.push(path.slice(0, slash))
  }
  return found
}

/** Orders text by its UTF-8 bytes, as Go and the file systems do: JavaScript's own order puts U+E000…U+FFFF after the planes above. */
export function compareBytes(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)]
    if (a !== b) return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1
  }
  return left.length - right.length
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
