/**
 * The type of a file system entry. Devices and FIFOs come from images only; a build context that contains one is
 * rejected.
 */
export type NodeType = 'file' | 'directory' | 'symlink' | 'fifo' | 'character-device' | 'block-device'

/** One entry of a file system, without its content. */
export type TreeNode = {
  readonly type: NodeType
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Modification time in milliseconds since 1970. */
  readonly mtime: number
  /** Size of a file in bytes; 0 for other types. */
  readonly size: number
  /** The target of a symbolic link, as written. */
  readonly target?: string
  /** Identifies the file: equal for all its names, unique in a tree; absent for a file with one name. */
  readonly inode?: string | symbol
  readonly device?: { readonly major: number; readonly minor: number }
  /** Extended attributes by full name (`security.capability`). */
  readonly xattrs?: ReadonlyMap<string, Buffer>
}

/** A stream of bytes, such as a Node.js stream. */
export type Content = AsyncIterable<Uint8Array> & {
  /**
   * Writes the complete content into a buffer at `start`; one byte after the content may change, too. Only small files
   * have it: it reads synchronously.
   */
  readonly readInto?: (target: Buffer, start: number) => void
}

/** A directory with all entries, in a form that takes little memory. Names are in byte order. */
export type Listing = {
  readonly folders: readonly string[]
  /** The entries other than directories. */
  readonly files: readonly string[]
  /** Creates the node of a file by its index. */
  readonly nodeAt: (index: number) => TreeNode
  /** Opens a file by its node, and by its name in `at`. */
  readonly open: (file: { readonly node: TreeNode; readonly at?: string | number }) => Content | Promise<Content>
}

/**
 * A file system to copy from: a build context, the layers of an image, or a stage. Paths have the form described in
 * path.ts. No method follows symbolic links anywhere in a path: `lstat('link/file')` is undefined. resolve.ts follows
 * them.
 */
export type FileTree = {
  readonly lstat: (path: string) => Promise<TreeNode | undefined>
  /** Returns the names in a directory in byte order; empty if the path is not a directory. */
  readonly list: (path: string) => Promise<readonly string[]>
  /** Opens the content of a file. */
  readonly open: (path: string) => Promise<Content>
  /** Returns a directory of the tree. Absent if the tree has no compact form of its directories. */
  readonly listing?: (path: string) => Promise<Listing>
}

/** The tree of `FROM scratch`. */
export const emptyTree: FileTree = {
  lstat: async (path) => (path === '' ? rootNode : undefined),
  list: async () => [],
  open: async (path) => {
    throw new Error(`An empty tree has no file ${path}`)
  },
}

/** The root directory of a tree that does not describe it. */
export const rootNode: TreeNode = { type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0 }

/** Creates a tree on first access: the layers of a base image are read only if a decision needs them. */
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
