import { ActionError } from '../errors/action-error.ts'
import { cleanPath, joinPath, parentOf } from './path.ts'
import type { FileTree, TreeNode } from './tree.ts'

/** As many links as Linux follows would be 40; Go's RootPath, which BuildKit uses, gives up after 255. */
const mostLinks = 255

/**
 * The path that `path` is after all symbolic links, those of its last name too, each resolved inside the root: an absolute target
 * starts at the root, `..` stops there. Names that do not exist are kept, so the result may be something to create.
 * Throws `path-invalid` when links lead in a circle.
 */
export async function resolvePath(tree: Pick<FileTree, 'lstat'>, path: string): Promise<string> {
  const rest = split(path)
  let resolved = ''
  let links = 0
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    if (part === '..') {
      resolved = parentOf(resolved)
      continue
    }
    const next = joinPath(resolved, part)
    const node = await tree.lstat(next)
    if (node?.type !== 'symlink') {
      resolved = next
      continue
    }
    links += 1
    if (links > mostLinks)
      throw new ActionError('path-invalid', `Cannot follow ${path}: its symbolic links form a loop`, {
        hint: 'Remove the loop, or use another path.',
      })
    const target = node.target ?? ''
    if (target.startsWith('/')) resolved = ''
    rest.push(...split(target))
  }
  return cleanPath(resolved)
}

/** What `path` is with all links followed, and where; undefined when there is nothing. */
export async function follow(
  tree: Pick<FileTree, 'lstat'>,
  path: string,
): Promise<{ readonly path: string; readonly node: TreeNode } | undefined> {
  const resolved = await resolvePath(tree, path)
  const node = await tree.lstat(resolved)
  return node && { path: resolved, node }
}

/** The parts of a path, last first; `..` is kept since what it means depends on the links before it. */
function split(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .reverse()
}
