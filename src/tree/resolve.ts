import { ActionError } from '../errors/action-error.ts'
import { cleanPath, joinPath, parentOf } from './path.ts'
import type { FileTree, TreeNode } from './tree.ts'

/** Linux follows at most 40 links. Go's RootPath, which BuildKit uses, stops after 255. */
const mostLinks = 255

/**
 * Resolves all symbolic links of `path`, including its last name, inside the root: an absolute target starts at the
 * root, `..` stops there. Names that do not exist are kept, so the result may be a path to create. Throws
 * `path-invalid` for a cycle of links.
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

/** Returns the node at `path` after following all links, and its path; undefined if it does not exist. */
export async function follow(
  tree: Pick<FileTree, 'lstat'>,
  path: string,
): Promise<{ readonly path: string; readonly node: TreeNode } | undefined> {
  const resolved = await resolvePath(tree, path)
  const node = await tree.lstat(resolved)
  return node && { path: resolved, node }
}

/** Splits a path into its parts, last first. `..` is kept, since its meaning depends on preceding links. */
function split(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .reverse()
}
