import { nameOf, parentOf } from './path.ts'

/** The names in each directory of a mutable tree. */
export type Children = {
  /** Returns the names in a directory of the paths and their parents, unordered, or undefined if it has none. */
  readonly of: (folder: string) => ReadonlySet<string> | undefined
  readonly add: (path: string) => void
  readonly remove: (path: string) => void
}

/**
 * Creates the index of `paths` on first use: most trees only serve lookups, and the index takes as much memory as they
 * do.
 */
export function createChildren(paths: () => Iterable<string>): Children {
  let folders: Map<string, Set<string>> | undefined
  // With its parents, which may be in the tree below only: code that replaces one of them must find the path.
  const insert = (into: Map<string, Set<string>>, path: string): void => {
    for (let below = path; below !== ''; ) {
      const parent = parentOf(below)
      const names = into.get(parent)
      if (names) {
        names.add(nameOf(below))
        return
      }
      into.set(parent, new Set([nameOf(below)]))
      below = parent
    }
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
