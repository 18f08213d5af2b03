import { createHash } from 'node:crypto'
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'

/** One line for each path: type, mode, time (except of directories), content or target. */
export type Files = Readonly<Record<string, string>>

/** The files of a tar archive, read by another library than ours; with `owners`, whose they are. */
export async function filesOfArchive(path: string, { owners = true } = {}): Promise<Files> {
  const files: Record<string, string> = {}
  for await (const entry of createReadStream(path).pipe(extract())) {
    const { name, type, mode = 0, uid, gid, mtime, linkname, devmajor, devminor } = entry.header
    const content = await buffer(entry)
    const time = type === 'directory' || type === 'link' ? '' : seconds(mtime?.getTime() ?? 0)
    const more = {
      file: digestOf(content),
      symlink: `-> ${linkname}`,
      link: `= ${linkname}`,
      'character-device': `${devmajor}:${devminor}`,
    }
    const owner = owners ? ` ${uid}:${gid}` : ''
    const what = more[(type ?? '') as keyof typeof more] ?? ''
    files[name.replace(/\/$/, '')] = `${type} ${modeOf(mode)}${owner} ${time} ${what}`.replaceAll(/ +/g, ' ').trim()
  }
  return files
}

/** The files below a directory; several names of one file have its number of names. */
export function filesOfFolder(folder: string, prefix = ''): Files {
  const files: Record<string, string> = {}
  for (const name of readdirSync(join(folder, prefix))) {
    const path = prefix === '' ? name : `${prefix}/${name}`
    const stat = lstatSync(join(folder, path))
    const { mode, mtimeMs, nlink } = stat
    if (stat.isDirectory()) {
      files[path] = `directory ${modeOf(mode)}`
      Object.assign(files, filesOfFolder(folder, path))
    } else if (stat.isSymbolicLink()) {
      files[path] = `symlink ${seconds(mtimeMs)} -> ${readlinkSync(join(folder, path))}`
    } else if (stat.isFile()) {
      files[path] = `file ${modeOf(mode)} ${seconds(mtimeMs)} ${digestOf(readFileSync(join(folder, path)))} ×${nlink}`
    } else {
      files[path] = `other ${modeOf(mode)}`
    }
  }
  return files
}

function modeOf(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}

function seconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000))
}

function digestOf(content: Buffer): string {
  return `${content.length} ${createHash('sha256').update(content).digest('hex').slice(0, 12)}`
}
