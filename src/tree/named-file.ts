import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { contextTree } from './context.ts'
import { follow } from './resolve.ts'

/**
 * Resolves the path of a file that an input names, following links. Returns undefined if it is not a regular file. As
 * in BuildKit, which receives only the file's directory, links cannot leave that directory, and an absolute link target
 * starts at it: a repository must not point the step at files of the machine. Links in the path of the directory itself
 * are followed without this restriction.
 *
 * @throws ActionError `path-invalid` for a cycle of links, `context-unreadable` for a device or missing permissions
 */
export async function findNamedFile(path: string): Promise<string | undefined> {
  const folder = folderOf(path)
  if (folder === undefined) return undefined
  // Most are files, or ignore files that do not exist. The build waits for the answer.
  const itself = lstatOf(join(folder, basename(path)))
  if (itself === undefined) return undefined
  if (itself !== 'denied' && itself.isFile()) return join(folder, basename(path))
  const found = await follow(contextTree(folder), basename(path))
  return found?.node.type === 'file' ? join(folder, found.path) : undefined
}

function folderOf(path: string): string | undefined {
  try {
    return realpathSync(dirname(path))
  } catch {
    return undefined
  }
}

function lstatOf(path: string): Stats | 'denied' | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return 'denied'
  }
}
