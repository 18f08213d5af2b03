import { ActionError } from '../../../errors.ts'
import type { Overlay } from '../../../tree/overlay.ts'
import { ancestorsOf, cleanPath } from '../../../tree/path.ts'
import { resolvePath } from '../../../tree/resolve.ts'
import { rootNode } from '../../../tree/tree.ts'
import type { Owner } from './owner.ts'

export type NewDirectory = {
  readonly mode: number
  readonly owner?: Owner | undefined /** Milliseconds. */
  readonly time: number
}

/**
 * Makes the directory `path` and those above it that are missing; what exists is left as it is. `path` has no links in it.
 * Throws `build-failed` when something on the way is no directory.
 */
export async function makeDirectories(into: Overlay, path: string, { mode, owner, time }: NewDirectory): Promise<void> {
  if (path === '') return
  for (const folder of [...ancestorsOf(path), path]) {
    const node = await into.lstat(folder)
    if (node?.type === 'directory') continue
    if (node)
      throw new ActionError(
        'build-failed',
        `Cannot make the directory /${path}: /${folder} is there and is a ${node.type}`,
      )
    await into.put(folder, { node: { ...rootNode, mode: mode & 0o777, mtime: time, ...owner } })
  }
}

/** What WORKDIR does: the folder is made if it is missing, 0755 and owned by the USER in force. `path` is absolute. */
export async function makeWorkdir(
  into: Overlay,
  path: string,
  options: { readonly owner?: Owner | undefined; readonly time: number },
): Promise<void> {
  await makeDirectories(into, await resolvePath(into, cleanPath(path)), { mode: 0o755, ...options })
}
