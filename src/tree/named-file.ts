import { realpath } from 'node:fs/promises'
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
  const folder = await realpath(dirname(path)).catch(() => undefined)
  if (folder === undefined) return undefined
  const found = await follow(contextTree(folder), basename(path))
  return found?.node.type === 'file' ? join(folder, found.path) : undefined
}
