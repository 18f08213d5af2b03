import {
  chmodSync,
  closeSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { ActionError } from '../errors/action-error.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { WriteOptions } from '../tree/archive/write-archive.ts'
import { toWriteError } from '../tree/archive/write-failure.ts'
import type { FileEntry } from '../tree/file-entry.ts'
import { makeFolders } from '../tree/make-folders.ts'

/** Entries that cannot be created: devices require root, and Node.js does not support FIFOs. */
export type LeftOut = readonly FileEntry[]

/**
 * Writes entries into the directory `dest` over existing files, like BuildKit's local exporter: modes and times are
 * preserved, owners and extended attributes are not, and files that are not in the image are left untouched. Links are
 * never followed: a link or file at the path of a directory is replaced, so that nothing is written outside of `dest`,
 * whatever this image or an earlier one contains. Devices and FIFOs are skipped and returned.
 *
 * @throws ActionError `disk-full`, `output-unwritable`, `cancelled`, and the errors of reading the entries
 */
export async function writeFolder(
  dest: string,
  entries: readonly FileEntry[],
  { signal, onProgress }: WriteOptions,
): Promise<LeftOut> {
  const leftOut: FileEntry[] = []
  let size = 0
  // Modes and times of directories are set last: their modes may forbid writing, and writing changes their times.
  const open: FileEntry[] = []
  const closeTo = (path: string): void => {
    for (let last = open.at(-1); last && !path.startsWith(`${last.path}/`); last = open.at(-1)) {
      finishFolder(placeOf(dest, last), last)
      open.pop()
    }
  }
  try {
    makeFolders(dest)
    for (const entry of entries) {
      if (signal.aborted) throw cancelled(`writing ${dest}`)
      closeTo(entry.path)
      const place = placeOf(dest, entry)
      const { type, target = '' } = entry.node
      if (type === 'directory') {
        makeFolder(place)
        open.push(entry)
      } else if (type !== 'file' && type !== 'symlink') {
        leftOut.push(entry)
      } else if (entry.linkTo !== undefined) {
        const first = placeOf(dest, { path: entry.linkTo })
        replacing(place, () => linkSync(first, place))
      } else if (type === 'symlink') {
        replacing(place, () => symlinkSync(target, place))
        lutimesSync(place, seconds(entry), seconds(entry))
      } else {
        size += await writeFile(place, entry)
        onProgress?.(size)
      }
    }
    closeTo('')
  } catch (error) {
    throw toWriteError(error, dest)
  }
  return leftOut
}

async function writeFile(place: string, entry: FileEntry): Promise<number> {
  // "wx" never opens an existing file, not even through a link.
  const file = replacing(place, () => openSync(place, 'wx', 0o600))
  let size = 0
  try {
    for await (const chunk of (await entry.open?.(entry)) ?? []) {
      for (let start = 0; start < chunk.length; ) start += writeSync(file, chunk, start)
      size += chunk.length
    }
    fchmodSync(file, entry.node.mode)
    futimesSync(file, seconds(entry), seconds(entry))
  } finally {
    closeSync(file)
  }
  return size
}

/** Creates a new entry at `place` and replaces an existing one. */
function replacing<T>(place: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    rmSync(place, { recursive: true, force: true })
    return make()
  }
}

function makeFolder(place: string): void {
  if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory()) chmodSync(place, 0o700)
  else replacing(place, () => mkdirSync(place, 0o700))
}

function finishFolder(place: string, entry: FileEntry): void {
  chmodSync(place, entry.node.mode)
  utimesSync(place, seconds(entry), seconds(entry))
}

function seconds({ node }: FileEntry): number {
  return node.mtime / 1000
}

/**
 * Returns the path of an entry. Names come from an image, where only `/` is a separator; Windows has others, and a
 * colon names a drive or a stream.
 */
function placeOf(dest: string, { path }: Pick<FileEntry, 'path'>): string {
  if (process.platform === 'win32' && /[\\:]/.test(path)) {
    throw new ActionError('output-unwritable', `Cannot write ${dest}: Windows does not allow the file name ${path}`, {
      hint: 'Write an archive with type=tar instead.',
    })
  }
  return join(dest, path)
}
