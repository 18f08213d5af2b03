import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { ActionError } from '../errors/action-error.ts'
import { compareBytes, joinPath, nameOf, parentOf } from './path.ts'
import type { FileTree, TreeNode } from './tree.ts'

/**
 * What the ignore rules say of a path:
 * - `keep`: it is part of the context
 * - `drop`: it is not, but something below it may be (an exception names it); a dropped directory with something kept in it is kept
 * - `prune`: neither it nor anything below is
 */
export type Ignore = (path: string, isDirectory: boolean) => 'keep' | 'drop' | 'prune'

export type ContextOptions = {
  readonly ignore?: Ignore
  /** Whether the file system has no Unix permissions; everything is then 0755, as BuildKit's client on Windows sends it. */
  readonly windows?: boolean
  /** Whether the disk finds `Secret` by the name `secret`, as those of macOS and Windows do. */
  readonly caseBlind?: boolean
}

/** What the disks of a system are usually like. */
export function diskOf({ os }: { readonly os: NodeJS.Platform }): Pick<ContextOptions, 'windows' | 'caseBlind'> {
  return { windows: os === 'win32', caseBlind: os === 'win32' || os === 'darwin' }
}

const chunkSize = 256 * 1024

// What is small is asked of the system directly: a call takes some microseconds, where one through the thread pool takes tens, and there it
// waits behind blocks that are being compressed. With 20,000 files that is the difference between half a second and five.
const smallFile = 64 * 1024

/**
 * The folder `root` on disk as BuildKit's local source shows it: everything owned by 0:0, permissions and times kept, sockets left out.
 * Nothing outside `root` is ever read: links are given as links, and a path through a link is not there.
 * Extended attributes are not read (Node.js cannot).
 * Throws `context-unreadable` for what cannot be read or is a device or FIFO, `context-changed` when a file is not what it was listed as.
 */
export function contextTree(root: string, options: ContextOptions = {}): FileTree {
  const ignore: Ignore = options.ignore ?? (() => 'keep')
  const { windows = false, caseBlind = false } = options
  const onDisk = (path: string): string => (path === '' ? root : `${root}/${path}`)
  // Each path is looked at once, so that one build sees one state of it; a tree lives as long as one build. None of this waits for anything:
  // a promise for each question took as long as the answers.
  // By folder, and there by name: a hundred thousand paths take as much memory as what is known of the files.
  const nodes = new Map<string, Map<string, TreeNode | undefined>>()
  const lists = new Map<string, readonly string[]>()
  const names = new Map<string, ReadonlySet<string>>()

  const read = (path: string): TreeNode | undefined => {
    // There a backslash separates and a colon names a drive or a stream: what is one name in the tree could lead anywhere.
    if (windows && /[\\:]/.test(path)) return undefined
    if (path !== '' && node(parentOf(path))?.type !== 'directory') return undefined
    if (caseBlind && path !== '' && !namesOf(parentOf(path)).has(nameOf(path))) return undefined
    const stats = statsOf(path, onDisk(path))
    if (stats === undefined || stats.isSocket()) return undefined
    return describe(path, stats, { windows, onDisk })
  }
  const node = (path: string): TreeNode | undefined => {
    // The root has the name '' in itself, which nothing else has.
    const inFolder = memoized(nodes, parentOf(path), () => new Map<string, TreeNode | undefined>())
    return memoized(inFolder, nameOf(path), () => read(path))
  }
  /** As they are written, so that nothing is found by a name that the ignore rules do not know. */
  const namesOf = (folder: string): ReadonlySet<string> =>
    memoized(names, folder, () => new Set(readFolder(folder, onDisk(folder)).map(({ name }) => name)))

  // Each folder is judged once, not once for each file below it.
  const pruned = new Map<string, boolean>()
  const isPruned = (folder: string): boolean =>
    folder !== '' && memoized(pruned, folder, () => isPruned(parentOf(folder)) || ignore(folder, true) === 'prune')

  const verdict = (path: string, isDirectory: boolean): 'keep' | 'drop' | 'prune' => {
    if (path === '') return 'keep'
    // Something below a pruned directory is not there, whatever the rules would say of itself.
    return isPruned(parentOf(path)) ? 'prune' : ignore(path, isDirectory)
  }

  const visible = (path: string, isDirectory: boolean): boolean => {
    const found = verdict(path, isDirectory)
    if (found !== 'drop' || !isDirectory) return found === 'keep'
    return list(path).length > 0
  }

  const readList = (path: string): readonly string[] => {
    if (node(path)?.type !== 'directory' || verdict(path, true) === 'prune') return []
    const entries = readFolder(path, onDisk(path))
    const shown: string[] = []
    for (const entry of entries) {
      const below = joinPath(path, entry.name)
      if (entry.isSocket() || !visible(below, entry.isDirectory())) continue
      // Node reads what is no UTF-8 as U+FFFD, and nothing has that name; BuildKit fails on such names too.
      if (entry.name.includes('\ufffd') && statsOf(below, onDisk(below)) === undefined) throw unnameable(below)
      shown.push(entry.name)
    }
    return shown.sort(compareBytes)
  }
  const list = (path: string): readonly string[] => memoized(lists, path, readList)

  return {
    list: async (path) => list(path),
    lstat: async (path) => {
      const found = node(path)
      return found && visible(path, found.type === 'directory') ? found : undefined
    },
    open: async (path) => {
      const found = node(path)
      if (found?.type !== 'file') throw changed(path, 'it is no longer a file')
      return found.size <= smallFile
        ? readSmall(path, onDisk(path), found.size)
        : readLarge(path, onDisk(path), found.size)
    },
  }
}

function memoized<T>(memo: Map<string, T>, path: string, make: (path: string) => T): T {
  const known = memo.get(path)
  if (known !== undefined || memo.has(path)) return known as T
  const made = make(path)
  memo.set(path, made)
  return made
}

function describe(
  path: string,
  stats: Stats,
  { windows, onDisk }: { readonly windows: boolean; readonly onDisk: (path: string) => string },
): TreeNode {
  const type = stats.isFile()
    ? 'file'
    : stats.isDirectory()
      ? 'directory'
      : stats.isSymbolicLink()
        ? 'symlink'
        : undefined
  if (type === undefined) {
    throw new ActionError('context-unreadable', `Cannot read ${path} in the build context: it is a device or a FIFO`, {
      hint: 'Add it to .dockerignore, or remove it.',
    })
  }
  const mode = type === 'symlink' ? 0o777 : windows ? 0o755 : stats.mode & 0o7777
  const mtime = Math.floor(stats.mtimeMs)
  // Nothing is spread into it: the objects would be larger, and there may be a hundred thousand.
  const node = { type, mode, uid: 0, gid: 0, mtime, size: type === 'file' ? stats.size : 0 } as const
  if (type === 'symlink') {
    const target = readlinkSync(onDisk(path))
    return { ...node, target: windows ? target.replaceAll('\\', '/') : target }
  }
  return type === 'file' && stats.nlink > 1 && !windows ? { ...node, inode: `${stats.dev}:${stats.ino}` } : node
}

function statsOf(path: string, file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined
    throw unreadable(path, cause)
  }
}

function readFolder(path: string, folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** O_NOFOLLOW: between lstat and now the file may have become a link out of the context. Windows has no such flag. */
const readOnly = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)

async function* readSmall(path: string, file: string, size: number): AsyncGenerator<Uint8Array> {
  let handle: number | undefined
  try {
    handle = openSync(file, readOnly)
    assertUnchanged(path, fstatSync(handle), size)
    // One byte more than expected tells a file that grew.
    const content = Buffer.allocUnsafe(size + 1)
    const length = readSync(handle, content, 0, size + 1, 0)
    if (length !== size) throw changed(path, `its size was ${size} bytes, but ${length} were read`)
    if (size > 0) yield content.subarray(0, size)
  } catch (cause) {
    throw cause instanceof ActionError ? cause : unreadable(path, cause)
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

async function* readLarge(path: string, file: string, size: number): AsyncGenerator<Uint8Array> {
  const handle = await open(file, readOnly).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  try {
    assertUnchanged(path, await handle.stat(), size)
    yield* readExactly(handle, path, size)
  } finally {
    await handle.close()
  }
}

function assertUnchanged(path: string, stats: Stats, size: number): void {
  if (!stats.isFile() || stats.size !== size) throw changed(path, `its size was ${size} bytes and is now ${stats.size}`)
}

async function* readExactly(handle: FileHandle, path: string, size: number): AsyncGenerator<Uint8Array> {
  let done = 0
  while (done < size) {
    const wanted = Math.min(chunkSize, size - done)
    const { bytesRead, buffer } = await handle
      .read(Buffer.allocUnsafe(wanted), 0, wanted, done)
      .catch((cause: unknown) => {
        throw unreadable(path, cause)
      })
    if (bytesRead === 0) throw changed(path, `it ended after ${done} of ${size} bytes`)
    done += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
  const { bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size)
  if (bytesRead > 0) throw changed(path, `it is now longer than ${size} bytes`)
}

function unreadable(path: string, cause: unknown): ActionError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ActionError('context-unreadable', `Cannot read ${path || '.'} in the build context: ${message}`, {
    hint: 'Add it to .dockerignore if the build does not need it, or make it readable for the user of this job.',
    cause,
  })
}

function unnameable(path: string): ActionError {
  return new ActionError(
    'context-unreadable',
    `Cannot read ${path} in the build context: its name is not valid UTF-8`,
    {
      hint: 'Rename it, or exclude it with a pattern in .dockerignore.',
    },
  )
}

function changed(path: string, what: string): ActionError {
  return new ActionError('context-changed', `Cannot copy ${path} from the build context: ${what}`, {
    hint: 'Make sure that nothing writes to the file during this step, then run the job again.',
  })
}
