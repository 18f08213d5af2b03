import { elfMachines } from '../oci/elf-machines.ts'

/** The result of parsing the first bytes of a file. */
export type Binary =
  | {
      readonly kind: 'program'
      readonly format: 'ELF' | 'PE' | 'Mach-O'
      /** In Go's names, as in platforms; several for a universal Mach-O file. */
      readonly architectures: readonly string[]
      /** The dynamic loader; undefined for a static binary, and for a library. */
      readonly loader?: string
    }
  | { readonly kind: 'script'; readonly interpreter: string }

/** Number of bytes from the start of a file that `readBinary` needs. */
export const headSize = 4096

/**
 * Detects executables and libraries by their header. Returns undefined for all other files: object files, bytecode
 * (.NET, BPF), and machines without a platform (GPUs, firmware).
 */
export function readBinary(head: Buffer): Binary | undefined {
  if (head.length < 4) return undefined
  if (head[0] === 0x23 && head[1] === 0x21) return readScript(head)
  if (head.readUInt32BE(0) === 0x7f454c46) return readElf(head)
  if (head[0] === 0x4d && head[1] === 0x5a) return readPe(head)
  return readMachO(head)
}

function readScript(head: Buffer): Binary | undefined {
  const line = head.toString('latin1', 2, 256).split('\n', 1)[0] ?? ''
  const interpreter = line.trim().split(/\s/, 1)[0] ?? ''
  return interpreter.startsWith('/') ? { kind: 'script', interpreter } : undefined
}

const relocatable = 1
const core = 4

function readElf(head: Buffer): Binary | undefined {
  if (head.length < 52) return undefined
  const [bits, big] = [head[4] === 2 ? '64' : '32', head[5] === 2] as const
  const short = (at: number) => (big ? head.readUInt16BE(at) : head.readUInt16LE(at))
  const type = short(16)
  if (type === relocatable || type === core) return undefined
  const architecture = elfMachines[short(18)]?.[big ? `${bits}-big` : bits]
  if (architecture === undefined) return undefined
  const loader = readLoader(head, { wide: bits === '64', big })
  return { kind: 'program', format: 'ELF', architectures: [architecture], ...(loader === undefined ? {} : { loader }) }
}

const interpreterSegment = 3

/** Returns the text of the segment PT_INTERP. https://gabi.xinuos.com/elf/07-pheader.html */
function readLoader(
  head: Buffer,
  { wide, big }: { readonly wide: boolean; readonly big: boolean },
): string | undefined {
  const short = (at: number) => (big ? head.readUInt16BE(at) : head.readUInt16LE(at))
  const word = (at: number) => (big ? head.readUInt32BE(at) : head.readUInt32LE(at))
  const long = (at: number) => Number(big ? head.readBigUInt64BE(at) : head.readBigUInt64LE(at))
  if (wide && head.length < 64) return undefined
  const table = wide ? long(32) : word(28)
  const [size, count] = [short(wide ? 54 : 42), short(wide ? 56 : 44)]
  for (let index = 0; index < count; index += 1) {
    const at = table + index * size
    if (at + (wide ? 56 : 32) > head.length) return undefined
    if (word(at) !== interpreterSegment) continue
    const start = wide ? long(at + 8) : word(at + 4)
    const length = wide ? long(at + 32) : word(at + 16)
    if (start + length > head.length) return undefined
    return head.toString('utf8', start, start + length).replace(/\0.*$/s, '')
  }
  return undefined
}

// https://learn.microsoft.com/en-us/windows/win32/debug/pe-format
const peMachines: Readonly<Record<number, string>> = {
  332: '386',
  448: 'arm',
  452: 'arm',
  34404: 'amd64',
  43620: 'arm64',
}

function readPe(head: Buffer): Binary | undefined {
  if (head.length < 64) return undefined
  const at = head.readUInt32LE(0x3c)
  if (at + 26 > head.length || head.toString('latin1', at, at + 4) !== 'PE\0\0') return undefined
  const architecture = peMachines[head.readUInt16LE(at + 4)]
  if (architecture === undefined || isManaged(head, at + 24)) return undefined
  return { kind: 'program', format: 'PE', architectures: [architecture] }
}

/**
 * Whether the file has a CLR header, the 15th data directory: .NET runs it on any machine, whatever its header says.
 */
function isManaged(head: Buffer, optional: number): boolean {
  const directory = optional + (head.readUInt16LE(optional) === 0x20b ? 224 : 208)
  return directory + 8 <= head.length && head.readUInt32LE(directory) !== 0
}

// <mach-o/loader.h>, <mach-o/fat.h>, <mach/machine.h>
const machMachines: Readonly<Record<number, string>> = {
  7: '386',
  12: 'arm',
  16777223: 'amd64',
  16777228: 'arm64',
}

function readMachO(head: Buffer): Binary | undefined {
  if (head.length < 8) return undefined
  const magic = head.readUInt32BE(0)
  if (magic === 0xcffaedfe || magic === 0xcefaedfe) return machO([head.readUInt32LE(4)])
  // Java's class files begin with the same magic number, followed by their version, which is at least 45.
  const count = head.readUInt32BE(4)
  if (magic !== 0xcafebabe || count === 0 || count > 20 || 8 + count * 20 > head.length) return undefined
  return machO(Array.from({ length: count }, (_, index) => head.readUInt32BE(8 + index * 20)))
}

function machO(types: readonly number[]): Binary | undefined {
  const architectures = types.flatMap((type) => machMachines[type] ?? [])
  return architectures.length === 0 ? undefined : { kind: 'program', format: 'Mach-O', architectures }
}
