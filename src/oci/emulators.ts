import type { Platform } from './types.ts'

/**
 * The names of emulators in images such as tonistiigi/binfmt:
 * https://github.com/tonistiigi/binfmt/blob/master/cmd/binfmt/config.go
 */
const emulatorNames: Readonly<Record<string, string>> = {
  386: 'qemu-i386',
  amd64: 'qemu-x86_64',
  arm: 'qemu-arm',
  arm64: 'qemu-aarch64',
  loong64: 'qemu-loongarch64',
  mips64: 'qemu-mips64',
  mips64le: 'qemu-mips64el',
  ppc64le: 'qemu-ppc64le',
  riscv64: 'qemu-riscv64',
  s390x: 'qemu-s390x',
}

/** Returns the handler that the image registers for a platform; undefined if it has none. */
export function emulatorName({ os, architecture }: Platform): string | undefined {
  return os === 'linux' ? emulatorNames[architecture] : undefined
}

/** All platforms for which images such as tonistiigi/binfmt have an emulator. */
export const emulatedPlatforms: readonly Platform[] = Object.keys(emulatorNames).map((architecture) => ({
  os: 'linux',
  architecture,
}))
