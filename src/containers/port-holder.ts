import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Returns the local process that listens on a TCP port, for a message; undefined if it cannot be determined: on systems
 * other than Linux, or if the process belongs to another user.
 */
export function portHolder(port: number): string | undefined {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(readText(`/proc/net/${table}`), port)))
  if (inodes.size === 0) return undefined
  for (const pid of readFolder('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const file of readFolder(`/proc/${pid}/fd`)) {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${file}`)) ?? []
      if (inode === undefined || !inodes.has(inode)) continue
      const command = readText(`/proc/${pid}/comm`).trim()
      return `process ${pid}${command === '' ? '' : ` (${command})`}`
    }
  }
  return undefined
}

/**
 * Returns the inodes of the sockets that listen on a port, from the kernel's table.
 * https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function listeningInodes(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(suffix) && state === '0A')
    .flatMap((fields) => fields[9] ?? [])
}

// Processes that have ended, and those of other users, cannot be read and are ignored.

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function readFolder(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
