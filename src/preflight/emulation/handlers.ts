import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { elfMachines } from '../../oci/elf-machines.ts'
import type { Platform } from '../../oci/types.ts'

/** An interpreter registered in the kernel: https://docs.kernel.org/admin-guide/binfmt-misc.html */
export type Handler = {
  /** The registered name: `qemu-aarch64`, `rosetta`. */
  readonly name: string
  readonly enabled: boolean
  /** Whether the kernel opened the interpreter at registration, so that containers do not need it (flag F). */
  readonly reachesContainers: boolean
  readonly offset: number
  readonly magic: Buffer
  readonly mask: Buffer
}

/** Returns the handlers of this machine that match by magic bytes; undefined if the kernel's list cannot be read. */
export function readHandlers(folder = '/proc/sys/fs/binfmt_misc'): readonly Handler[] | undefined {
  try {
    const names = readdirSync(folder)
    // Without this file, binfmt_misc is not mounted here, and the handlers are unknown.
    if (!names.includes('status')) return undefined
    const own = names.filter((name) => name !== 'status' && name !== 'register')
    return own.flatMap((name) => parseHandler(name, readFileSync(join(folder, name), 'utf8')) ?? [])
  } catch {
    return undefined
  }
}

/** Parses the kernel's description of a handler; undefined for one that matches by file extension. */
function parseHandler(name: string, text: string): Handler | undefined {
  const field = (key: string): string => new RegExp(`^${key}:? (.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
  const magic = Buffer.from(field('magic'), 'hex')
  if (magic.length === 0) return undefined
  const mask = field('mask') === '' ? Buffer.alloc(magic.length, 0xff) : Buffer.from(field('mask'), 'hex')
  return {
    name,
    enabled: text.startsWith('enabled'),
    reachesContainers: field('flags').includes('F'),
    offset: Number(field('offset')),
    magic,
    mask,
  }
}

/** Whether `handler` runs binaries for `platform`, in containers too. */
export function emulates(handler: Handler, platform: Platform): boolean {
  const { enabled, reachesContainers, offset, magic, mask } = handler
  if (!enabled || !reachesContainers || platform.os !== 'linux') return false
  return headsFor(platform.architecture).some((head) =>
    magic.every((byte, at) => {
      const found = head[offset + at]
      return found === undefined || ((found ^ byte) & (mask[at] ?? 0xff)) === 0
    }),
  )
}

/** Returns the first 20 bytes of a binary for the architecture. */
function headsFor(architecture: string): readonly Buffer[] {
  return Object.entries(elfMachines).flatMap(([machine, forms]) =>
    Object.entries(forms)
      // x32 binaries are for amd64 too, but images for amd64 do not contain them.
      .filter(([form, name]) => name === architecture && !(name === 'amd64' && form === '32'))
      .map(([form]) => {
        const big = form.endsWith('-big')
        const head = Buffer.alloc(20)
        head.set([0x7f, 0x45, 0x4c, 0x46, form.startsWith('64') ? 2 : 1, big ? 2 : 1, 1])
        for (const [value, at] of [[2, 16] as const, [Number(machine), 18] as const]) {
          if (big) head.writeUInt16BE(value, at)
          else head.writeUInt16LE(value, at)
        }
        return head
      }),
  )
}
