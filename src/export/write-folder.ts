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

/** Entries that no folder of this user can hold, since making devices needs root and Node makes no FIFOs. */
export type LeftOut = readonly FileEntry[]

/**
 * Writes entries into the folder `dest`, over what is there, as BuildKit's local exporter does: modes and times are kept, owners and
 * extended attributes are not, and files that are not of the image stay. No link is ever followed: whatever stands where a folder is to be,
 * link or file, makes room for the folder. So nothing is written outside of `dest`, whatever the image or an earlier one has put there.
 * Devices and FIFOs are left out and given back.
 *
 * @throws ActionError `disk-full`, `output-unwritable`, `cancelled`, and what reading the entries throws
 */
export async function writeFolder(
  dest: string,
  entries: readonly FileEntry[],
  { signal, onProgress }: WriteOptions,
): Promise<LeftOut> {
  const leftOut: FileEntry[] = []
  let size = 0
  // Of the folders that are being filled: their modes may forbid it, and filling them changes their times.
  const open: FileEntry[] = []
  const closeTo = (path: string): void => {
    for (let last = open.at(-1); last && !path.startsWith(`${last.path}/`); last = open.at(-1)) {
      finishFolder(placeOf(dest, last), last)
      open.pop()
    }
  }
  try {
    mkdirSync(dest, { recursive: true })
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
  // "wx" opens nothing that is there, not even through a link.
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

/** Makes something new at `place`, in the place of what was there. */
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

/** Names come from an image, where only `/` divides them; on Windows others do too, and a colon names a drive or a stream. */
function placeOf(dest: string, { path }: Pick<FileEntry, 'path'>): string {
  if (process.platform === 'win32' && /[\\:]/.test(path)) {
    throw new ActionError('output-unwritable', `Cannot write ${dest}: Windows has no file named ${path}`, {
      hint: 'Write an archive with type=tar instead.',
    })
  }
  return join(dest, path)
}
