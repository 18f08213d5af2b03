import { nameOf, parentOf } from './path.ts'

/** The names in each folder of a tree that changes. */
export type Children = {
  /** In no order; undefined where there are none. */
  readonly of: (folder: string) => ReadonlySet<string> | undefined
  readonly add: (path: string) => void
  readonly remove: (path: string) => void
}

/** Found out from all `paths` when it is first asked for: most trees are only looked up in, and it takes as much memory as they do. */
export function createChildren(paths: () => Iterable<string>): Children {
  let folders: Map<string, Set<string>> | undefined
  const insert = (into: Map<string, Set<string>>, path: string): void => {
    if (path === '') return
    const parent = parentOf(path)
    const names = into.get(parent)
    if (names) names.add(nameOf(path))
    else into.set(parent, new Set([nameOf(path)]))
  }
  return {
    of: (folder) => {
      if (folders === undefined) {
        folders = new Map()
        for (const path of paths()) insert(folders, path)
      }
      return folders.get(folder)
    },
    add: (path) => folders && insert(folders, path),
    remove: (path) => {
      folders?.delete(path)
      folders?.get(parentOf(path))?.delete(nameOf(path))
    },
  }
}
