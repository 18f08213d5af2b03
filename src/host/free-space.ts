import { statfs } from 'node:fs/promises'

/** Returns the free space in the directory `path` for this user, in bytes; undefined if unknown. */
export async function freeSpace(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch {
    return undefined
  }
}
