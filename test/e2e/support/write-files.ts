import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'

/** A file with this content, or something else. `time` is in seconds since 1970. */
export type FileSpec =
  | string
  | Uint8Array
  | { readonly data?: string; readonly mode?: number; readonly time?: number }
  | { readonly link: string }
  | { readonly hard: string }
  | { readonly folder: number }

/**
 * Writes `files` below `root`. Times follow from the content: BuildKit takes a file for the one that it got before when
 * name, size and time are the same.
 */
export function writeFilesTo(root: string, files: Readonly<Record<string, FileSpec>>): void {
  const modes: [string, number][] = []
  for (const [path, spec] of Object.entries(files)) {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    const given = typeof spec === 'string' || spec instanceof Uint8Array ? { data: spec } : spec
    if ('link' in given) {
      symlinkSync(given.link, file)
      continue
    }
    if ('hard' in given) {
      linkSync(join(root, given.hard), file)
      continue
    }
    if ('folder' in given) {
      mkdirSync(file, { recursive: true })
      modes.push([file, given.folder])
      continue
    }
    const {
      data = '',
      mode,
      time = 1_500_000_000 + (crc32(data) % 100_000_000),
    } = { mode: undefined, time: undefined, ...given }
    writeFileSync(file, data)
    if (mode !== undefined) modes.push([file, mode])
    utimesSync(file, time, time)
  }
  for (const [file, mode] of modes) chmodSync(file, mode)
}
