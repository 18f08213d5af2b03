import { accessSync, constants, type Stats, statSync } from 'node:fs'

/** Returns why a file cannot be passed to the build, as text that follows its name; undefined if it can. */
export function fileProblem(
  path: string,
): 'does not exist' | 'is a directory' | 'cannot be read by this user' | undefined {
  const found = statOf(path)
  if (found === undefined) return 'does not exist'
  if (found.isDirectory()) return 'is a directory'
  return isReadable(path) ? undefined : 'cannot be read by this user'
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}
