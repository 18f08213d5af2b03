import { ActionError } from '../../../errors/action-error.ts'
import type { Overlay } from '../../../tree/overlay.ts'
import { ancestorsOf, cleanPath, parentOf } from '../../../tree/path.ts'
import { resolvePath } from '../../../tree/resolve.ts'
import { rootNode } from '../../../tree/tree.ts'
import type { Owner } from './owner.ts'

const setgid = 0o2000

export type NewDirectory = {
  readonly mode: number
  readonly owner?: Owner | undefined /** Milliseconds. */
  readonly time: number
  /** Whether the mode is set again after creation, which removes the setgid bit inherited from the parent directory. */
  readonly exact?: boolean
}

/**
 * Creates the directory `path` and its missing parents; existing ones are not changed. `path` contains no links. As on
 * Linux, a directory created in a setgid directory is setgid too, and has its group unless an owner is set. Throws
 * `build-failed` if a parent is not a directory.
 */
export async function makeDirectories(into: Overlay, path: string, options: NewDirectory): Promise<void> {
  if (path === '') return
  const { mode, owner, time, exact = false } = options
  for (const folder of [...ancestorsOf(path), path]) {
    const node = await into.lstat(folder)
    if (node?.type === 'directory') continue
    if (node)
      throw new ActionError(
        'build-failed',
        `Cannot make the directory /${path}: /${folder} exists and is a ${node.type}`,
      )
    const above = (await into.lstat(parentOf(folder))) ?? rootNode
    const inherited = above.mode & setgid
    const bits = (mode & 0o777) | (exact ? 0 : inherited)
    const gid = inherited === 0 ? 0 : above.gid
    await into.put(folder, { node: { ...rootNode, gid, mode: bits, mtime: time, ...owner } })
  }
}

/**
 * Applies WORKDIR: creates the directory if it is missing, with mode 0755 and owned by the current USER. `path` is
 * absolute.
 */
export async function makeWorkdir(
  into: Overlay,
  path: string,
  options: { readonly owner?: Owner | undefined; readonly time: number },
): Promise<void> {
  await makeDirectories(into, await resolvePath(into, cleanPath(path)), { mode: 0o755, ...options })
}
