/** What a file system entry is. Devices and FIFOs come from images only; a build context with one is refused. */
export type NodeType = 'file' | 'directory' | 'symlink' | 'fifo' | 'character-device' | 'block-device'

/** One entry of a file system, without its content. */
export type TreeNode = {
  readonly type: NodeType
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Milliseconds since 1970. */
  readonly mtime: number
  /** Bytes of a file; 0 for everything else. */
  readonly size: number
  /** Where a symbolic link leads, as written. */
  readonly target?: string
  /** The same value for all names of one file, different for different files of a tree; absent for a file with one name. */
  readonly inode?: string | symbol
  readonly device?: { readonly major: number; readonly minor: number }
  /** Extended attributes by their full name (`security.capability`). */
  readonly xattrs?: ReadonlyMap<string, Buffer>
}

/** Bytes as they come. A Node stream is one. */
export type Content = AsyncIterable<Uint8Array>

/**
 * A file system to copy from: a build context, the layers of an image, a stage. Paths are those of path.ts.
 * No method follows a symbolic link, neither at the end of a path nor on the way: `lstat('link/file')` is undefined. resolve.ts follows them.
 */
export type FileTree = {
  readonly lstat: (path: string) => Promise<TreeNode | undefined>
  /** The names in a directory, in byte order; none for a path that is no directory. */
  readonly list: (path: string) => Promise<readonly string[]>
  /** The content of a file. */
  readonly open: (path: string) => Promise<Content>
}

/** The tree of `FROM scratch`. */
export const emptyTree: FileTree = {
  lstat: async (path) => (path === '' ? rootNode : undefined),
  list: async () => [],
  open: async (path) => {
    throw new Error(`An empty tree has no file ${path}`)
  },
}

/** What stands for a root that nobody described. */
export const rootNode: TreeNode = { type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0 }

/** A tree that is made when something in it is first asked for: the layers of a base are read only when a decision needs them. */
export function lazyTree(make: () => Promise<FileTree>): FileTree {
  let made: Promise<FileTree> | undefined
  const tree = (): Promise<FileTree> => {
    made ??= make()
    return made
  }
  return {
    lstat: async (path) => (await tree()).lstat(path),
    list: async (path) => (await tree()).list(path),
    open: async (path) => (await tree()).open(path),
  }
}
