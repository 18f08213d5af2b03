import type { Platform } from '../oci/types.ts'
import type { Binary } from './binary.ts'

type Program = Extract<Binary, { readonly kind: 'program' }>

/** Architectures that a machine executes natively besides its own. Not every arm64 machine runs arm binaries. */
const alsoRuns: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], mips64: ['mips'], mips64le: ['mipsle'] }

/** Whether machines of the platform execute the binary. */
export function runsOn(program: Program, { os, architecture }: Platform): boolean {
  const format = os === 'windows' ? 'PE' : os === 'darwin' ? 'Mach-O' : 'ELF'
  const accepted = [architecture, ...(alsoRuns[architecture] ?? [])]
  return program.format === format && program.architectures.some((one) => accepted.includes(one))
}

/**
 * Whether a binary that the image contains but does not start looks like a mistake. Not if it has the format of another
 * system (as in wheels and npm packages), if its path names its platform, or if it is an emulator.
 */
export function isForeign(path: string, program: Program, platform: Platform): boolean {
  if (runsOn(program, platform)) return false
  const elsewhere = platform.os === 'windows' ? 'PE' : platform.os === 'darwin' ? 'Mach-O' : 'ELF'
  if (program.format !== elsewhere) return false
  // 32-bit libraries next to 64-bit ones are common on arm64, too.
  if (platform.architecture === 'arm64' && program.architectures.includes('arm')) return false
  return !isByDesign(path, program)
}

const names: Readonly<Record<string, RegExp>> = {
  '386': /^(?:386|i[3-6]86|ia32|x86|x32)$/,
  amd64: /^(?:amd64|x86_64|x64|linux64|win64|x86-64)$/,
  arm: /^(?:arm|arm32|armhf|armel|armv[5-7][a-z]*|arm32v[5-7]|arm6|arm7|armeabi|gnueabihf|gnueabi|musleabihf)$/,
  arm64: /^(?:arm64|aarch64|armv8|arm64v8)$/,
  loong64: /^(?:loong64|loongarch64)$/,
  mips: /^mips(?:32)?$/,
  mips64: /^mips64$/,
  mips64le: /^mips64(?:le|el)$/,
  mipsle: /^mips(?:le|el)$/,
  ppc64: /^(?:ppc64|powerpc64)$/,
  ppc64le: /^(?:ppc64le|ppc64el|powerpc64le)$/,
  riscv64: /^riscv64$/,
  s390x: /^s390x$/,
}

/** Directories for binaries that are not meant to be executed here. */
const kept = new Set(['testdata', 'fixtures', 'prebuilds', 'prebuilt', 'sysroot', 'firmware', 'grub', 'syslinux'])

function isByDesign(path: string, { architectures }: Program): boolean {
  const parts = path.toLowerCase().split('/')
  const name = parts.at(-1) ?? ''
  if (/^qemu-[a-z0-9_]+(?:-static)?$/.test(name) || name === '.buildkit_qemu_emulator') return true
  if (parts.some((part) => kept.has(part))) return true
  // `x86_64-linux-gnu`, `linux-x64`, `app.arm64`, `linux_amd64`: the words of a path, with and without "_" as a letter.
  const words = new Set(parts.flatMap((part) => [part, ...part.split(/[^a-z0-9_]+/), ...part.split(/[^a-z0-9]+/)]))
  return architectures.some((architecture) => [...words].some((word) => names[architecture]?.test(word)))
}
