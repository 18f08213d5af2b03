import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Creates a directory and its missing parents. `mkdir` of Node.js with `recursive` never returns for a parent that
 * exists and answers ENOENT, such as /proc or a working directory that was deleted
 *
 * @throws errors of the file system; ENOTDIR if a part of the path exists and is not a directory
 */
export function makeFolders(path: string): void {
  if (makeFolder(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolders(parent)
  // False: the parent exists by now, and still answers ENOENT.
  if (!makeFolder(path))
    throw Object.assign(new Error(`ENOENT: no such file or directory, mkdir '${path}'`), { code: 'ENOENT' })
}

/** Creates one directory. Returns false if its parent does not exist. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    const { code } = Object(error) as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    if (isDirectory(path)) return true
    if (code !== 'EEXIST') throw error
    throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${path}'`, { cause: error }), { code: 'ENOTDIR' })
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
