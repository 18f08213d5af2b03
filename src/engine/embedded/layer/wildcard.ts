import type { Pause } from '../../../bounds/pause.ts'
import { joinPath } from '../../../tree/path.ts'
import { resolvePath } from '../../../tree/resolve.ts'
import type { FileTree } from '../../../tree/tree.ts'

/**
 * Returns the paths in `tree` that a source with `*`, `?` or `[…]` matches, in byte order; a source without them is
 * returned as it is, whether it exists or not. As in BuildKit, links above the first wildcard are followed, those below
 * are not.
 */
export async function expandWildcards(
  tree: FileTree,
  source: string,
  {
    glob,
    pause,
  }: { readonly glob: (pattern: string) => (path: string) => boolean; readonly pause?: Pause | undefined },
): Promise<readonly string[]> {
  const parts = source.split('/')
  const first = parts.findIndex(hasWildcard)
  if (first === -1) return [source]
  const matches = glob(parts.slice(first).join('/'))
  const depth = parts.length - first
  const start = await resolvePath(tree, parts.slice(0, first).join('/'))
  const found: string[] = []
  const walk = async (relative: string, level: number): Promise<void> => {
    for (const name of await tree.list(joinPath(start, relative))) {
      const path = joinPath(relative, name)
      await pause?.()
      if (matches(path)) found.push(joinPath(start, path))
      // A wildcard never matches a slash, so matches have exactly the depth of the pattern.
      else if (level < depth) await walk(path, level + 1)
    }
  }
  await walk('', 1)
  return found
}

/** Whether text has a `*`, `?` or `[` without a preceding backslash. */
export function hasWildcard(part: string): boolean {
  return /[*?[]/.test(part.replace(/\\./gs, ''))
}
