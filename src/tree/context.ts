import {
  closeSync,
  constants,
  type Dirent,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createPause } from '../bounds/pause.ts'
import { ActionError } from '../errors/action-error.ts'
import { packNodes } from './packed-nodes.ts'
import { compareBytes, indexOfName, joinPath, nameOf, parentOf } from './path.ts'
import type { Content, FileTree, Listing, TreeNode } from './tree.ts'

/**
 * The result of the ignore rules for a path:
 * - `keep`: it is part of the context
 * - `drop`: it is ignored, but an exception may match something below it; a dropped directory is kept if anything in it
 *   is kept
 * - `prune`: it is ignored with everything below it
 */
export type Ignore = (path: string, isDirectory: boolean) => 'keep' | 'drop' | 'prune'

export type ContextOptions = {
  readonly ignore?: Ignore
  /**
   * Whether the file system has no Unix permissions. All modes are then 0755, as BuildKit's client on Windows sends
   * them.
   */
  readonly windows?: boolean
  /** Whether the file system is case-insensitive, as by default on macOS and Windows. */
  readonly caseBlind?: boolean
  /** Ends the reading of directories when it is aborted. */
  readonly signal?: AbortSignal
}

/** Returns the usual file system properties of an operating system. */
export function diskOf({ os }: { readonly os: NodeJS.Platform }): Pick<ContextOptions, 'windows' | 'caseBlind'> {
  return { windows: os === 'win32', caseBlind: os === 'win32' || os === 'darwin' }
}

const chunkSize = 256 * 1024

// Small files are read synchronously: a call takes microseconds, one through the thread pool tens of them, and it
// queues behind blocks that are being compressed. For 20,000 files the difference is half a second against five.
const smallFile = 64 * 1024

/** Files that are listed between two turns of the event loop: some milliseconds. */
const filesAtOnce = 512

/**
 * Creates the tree of the directory `root` as BuildKit's local source presents it: everything owned by 0:0, permissions
 * and times preserved, sockets omitted. Nothing outside of `root` is ever read: links are returned as links, and a path
 * through a link does not exist. Extended attributes are not read (Node.js does not support them). Throws
 * `context-unreadable` for unreadable files, devices and FIFOs, `context-changed` if a file changed after it was
 * listed.
 */
export function contextTree(root: string, options: ContextOptions = {}): FileTree {
  const { ignore, windows = false, caseBlind = false, signal } = options
  const pause = createPause({ every: filesAtOnce, signal, stopped: 'reading the build context' })
  const onDisk = (path: string): string => (path === '' ? root : `${root}/${path}`)
  // Each path is read once, so that one build sees one state of it; a tree lives as long as one build. Lookups are
  // synchronous: awaiting a promise per lookup took as long as the lookups. Keyed by directory, then by name, to save
  // memory with a hundred thousand paths.
  const nodes = new Map<string, Map<string, TreeNode | undefined>>()
  const lists = new Map<string, Promise<readonly string[]>>()
  const names = new Map<string, ReadonlySet<string>>()
  const listings = new Map<string, Listing>()
  const reading = new Map<string, Promise<Listing>>()
  const packed = packNodes()

  const read = (path: string): TreeNode | undefined => {
    if (path !== '' && node(parentOf(path))?.type !== 'directory') return undefined
    if (caseBlind && path !== '' && !namesOf(parentOf(path)).has(nameOf(path))) return undefined
    return readListed(path)
  }
  /** Reads a path whose parent is a directory with this name in it. */
  const readListed = (path: string): TreeNode | undefined => {
    // On Windows a backslash is a separator and a colon names a drive or a stream: a single name in the tree could lead
    // anywhere.
    if (windows && /[\\:]/.test(path)) return undefined
    const stats = statsOf(path, onDisk(path))
    if (stats === undefined || stats.isSocket()) return undefined
    return describe(path, stats, { windows, onDisk })
  }
  // Consecutive lookups are mostly in one directory: comparing its path takes less time than finding it.
  let last: Looked | undefined
  const lookIn = (folder: string): Looked => {
    if (last?.folder !== folder) {
      last = { folder, inFolder: memoized(nodes, folder, () => new Map()), listing: listings.get(folder) }
    }
    return last
  }
  const node = (path: string): TreeNode | undefined => {
    // The root is stored under the name '' in itself, which no other node has.
    const { inFolder, listing } = lookIn(parentOf(path))
    const name = nameOf(path)
    const index = listing === undefined ? -1 : indexOfName(listing.files, name)
    return listing && index >= 0 ? listing.nodeAt(index) : memoized(inFolder, name, () => read(path))
  }
  /** Returns the names as written on disk, so that no file is found by a name that the ignore rules do not match. */
  const namesOf = (folder: string): ReadonlySet<string> =>
    memoized(names, folder, () => new Set(readFolder(folder, onDisk(folder)).map(({ name }) => name)))

  // Each directory is evaluated once, not once for each file below it.
  const pruned = new Map<string, boolean>()
  const isPruned = (folder: string): boolean =>
    folder !== '' && memoized(pruned, folder, () => isPruned(parentOf(folder)) || ignore?.(folder, true) === 'prune')

  const verdict = (path: string, isDirectory: boolean): 'keep' | 'drop' | 'prune' => {
    if (path === '' || ignore === undefined) return 'keep'
    // Anything below a pruned directory is ignored, whatever the rules say for the path itself.
    return isPruned(parentOf(path)) ? 'prune' : ignore(path, isDirectory)
  }

  const visible = (path: string, isDirectory: boolean): boolean | Promise<boolean> => {
    const found = verdict(path, isDirectory)
    if (found !== 'drop' || !isDirectory) return found === 'keep'
    return list(path).then(({ length }) => length > 0)
  }

  const readList = async (path: string): Promise<readonly string[]> => {
    if (node(path)?.type !== 'directory' || verdict(path, true) === 'prune') return []
    const entries = readFolder(path, onDisk(path))
    const shown: string[] = []
    for (const entry of entries) {
      const wait = pause()
      if (wait) await wait
      const below = joinPath(path, entry.name)
      if (entry.isSocket()) continue
      const isShown = visible(below, entry.isDirectory())
      if (isShown === false || (isShown !== true && !(await isShown))) continue
      // Node.js decodes invalid UTF-8 to U+FFFD, and no file has that name. BuildKit fails on such names too.
      if (entry.name.includes('\ufffd') && statsOf(below, onDisk(below)) === undefined) throw unnameable(below)
      shown.push(entry.name)
    }
    return shown.sort(compareBytes)
  }
  const list = (path: string): Promise<readonly string[]> => memoized(lists, path, readList)

  const readListing = async (folder: string): Promise<Listing> => {
    const all = await list(folder)
    const folders: string[] = []
    const { inFolder } = lookIn(folder)
    // The nodes of another directory can be added at each pause, so that only those between two are consecutive.
    const starts: number[] = []
    let count = 0
    for (const name of all) {
      const found = inFolder.get(name) ?? readListed(joinPath(folder, name))
      if (found === undefined || found.type === 'directory') {
        // Also a file that was removed: the lookup of a directory finds that.
        inFolder.set(name, found)
        folders.push(name)
      } else {
        const index = packed.add(found)
        if (count % filesAtOnce === 0) starts.push(index)
        inFolder.delete(name)
        count += 1
        if (count % filesAtOnce === 0) await pause(filesAtOnce)
      }
    }
    let next = 0
    const isFile = (name: string): boolean => {
      if (name !== folders[next]) return true
      next += 1
      return false
    }
    const files = folders.length === 0 ? all : all.filter(isFile)
    const nodeAt = (index: number): TreeNode =>
      packed.get((starts[Math.floor(index / filesAtOnce)] ?? 0) + (index % filesAtOnce))
    const listing = { folders, files, nodeAt, open: openIn(folder) }
    listings.set(folder, listing)
    last = undefined
    return listing
  }

  const openFile = (path: string, { size }: TreeNode): Content =>
    size <= smallFile ? readSmall(path, onDisk(path), size) : readLarge(path, onDisk(path), size)
  /** The node is given, because looking it up takes as long as reading a small file. */
  const openIn =
    (folder: string): Listing['open'] =>
    ({ node: listed, at }) =>
      openFile(joinPath(folder, String(at)), listed)

  return {
    list,
    listing: (path) => memoized(reading, path, readListing),
    lstat: async (path) => {
      const found = node(path)
      return found && (await visible(path, found.type === 'directory')) ? found : undefined
    },
    open: async (path) => {
      const found = node(path)
      if (found?.type !== 'file') throw changed(path, 'it is no longer a file')
      return openFile(path, found)
    },
  }
}

/** The directory of the last lookup. */
type Looked = {
  readonly folder: string
  readonly inFolder: Map<string, TreeNode | undefined>
  readonly listing: Listing | undefined
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
  // No object spread, which would make these objects larger, and there may be a hundred thousand.
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

/** O_NOFOLLOW: after lstat the file may have been replaced by a link out of the context. Windows has no such flag. */
const readOnly = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)

function readSmall(path: string, file: string, size: number): Content {
  const readInto = (target: Buffer, start: number): void => {
    let handle: number | undefined
    try {
      handle = openSync(file, readOnly)
      // One extra byte detects a file that grew. So the size needs no call of its own.
      const length = readSync(handle, target, start, size + 1, 0)
      if (length !== size) throw changed(path, `its size was ${size} bytes, but ${length} were read`)
    } catch (cause) {
      throw cause instanceof ActionError ? cause : unreadable(path, cause)
    } finally {
      if (handle !== undefined) closeSync(handle)
    }
  }
  return {
    readInto,
    [Symbol.asyncIterator]: async function* () {
      const content = Buffer.allocUnsafe(size + 1)
      readInto(content, 0)
      if (size > 0) yield content.subarray(0, size)
    },
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
