import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { contextTree } from './context.ts'
import { follow } from './resolve.ts'

/**
 * Where a file is that an input names, after its links; undefined when no regular file is there. As in BuildKit, which is sent the file's
 * directory alone, a link leads to nothing outside of that directory, and an absolute one starts there: a repository must not point the step at
 * files of the machine. How the directory itself is reached is up to whoever names it.
 *
 * @throws ActionError `path-invalid` for links in a circle, `context-unreadable` for a device or what this user may not look at
 */
export async function findNamedFile(path: string): Promise<string | undefined> {
  const folder = await realpath(dirname(path)).catch(() => undefined)
  if (folder === undefined) return undefined
  const found = await follow(contextTree(folder), basename(path))
  return found?.node.type === 'file' ? join(folder, found.path) : undefined
}
