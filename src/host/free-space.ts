import { statfs } from 'node:fs/promises'

/** Bytes that this user may still write in the folder `path`; undefined where that is not known. */
export async function freeSpace(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch {
    return undefined
  }
}
