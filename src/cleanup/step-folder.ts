import { lstatSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Returns why a directory was not created by a step of this user; `missing` if it does not exist. */
export function whyForeign(folder: string, parent: string): string | undefined {
  if (resolve(folder) !== folder || dirname(folder) !== resolve(parent) || !isStepFolder(basename(folder))) {
    return `it is not the directory of a step in ${resolve(parent)}`
  }
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined) return 'missing'
  if (!found.isDirectory()) return 'it is not a directory'
  // Windows has no owner and no mode.
  if (process.getuid === undefined) return undefined
  if (found.uid !== process.getuid()) return 'it belongs to another user'
  return (found.mode & 0o077) === 0 ? undefined : 'other users have access to it'
}

/** The name format of `mkdtemp`: the prefix, then letters and digits. */
function isStepFolder(name: string): boolean {
  return /^polyarch-[A-Za-z0-9]{6}$/.test(name)
}
