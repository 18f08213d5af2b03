/** The machines that the tests make programs for, with their numbers in ELF. */
const machines = {
  '386': { machine: 3, bits: 32, big: false },
  amd64: { machine: 62, bits: 64, big: false },
  arm: { machine: 40, bits: 32, big: false },
  arm64: { machine: 183, bits: 64, big: false },
  ppc64le: { machine: 21, bits: 64, big: false },
  riscv64: { machine: 243, bits: 64, big: false },
  s390x: { machine: 22, bits: 64, big: true },
  cuda: { machine: 190, bits: 64, big: false },
} as const

export type ElfMachine = keyof typeof machines

/** The head of a program in ELF that nobody can run; `type` 1 is an object file, 2 a program. */
export function elf(name: ElfMachine, { loader, type = 2 }: { loader?: string; type?: number } = {}): Buffer {
  const { machine, bits, big } = machines[name]
  const wide = bits === 64
  const headerSize = wide ? 64 : 52
  const entrySize = wide ? 56 : 32
  const bytes = Buffer.alloc(headerSize + entrySize + 64)
  const short = (value: number, at: number) => (big ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at))
  const word = (value: number, at: number) => (big ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at))
  const long = (value: number, at: number) => (wide ? word(value, big ? at + 4 : at) : word(value, at))
  bytes.write('\x7fELF', 0, 'latin1')
  bytes[4] = wide ? 2 : 1
  bytes[5] = big ? 2 : 1
  short(type, 16)
  short(machine, 18)
  if (loader === undefined) return bytes
  long(headerSize, wide ? 32 : 28)
  short(entrySize, wide ? 54 : 42)
  short(1, wide ? 56 : 44)
  word(3, headerSize)
  long(headerSize + entrySize, headerSize + (wide ? 8 : 4))
  long(loader.length + 1, headerSize + (wide ? 32 : 16))
  bytes.write(`${loader}\0`, headerSize + entrySize)
  return bytes
}

/** What a program does to end with status 0: its machine's own instructions for `exit(0)` on Linux. */
const exits = {
  amd64: '31ffb83c0000000f05',
  ppc64le: '010000380000603802000044',
} as const

/** A whole program that ends at once with status 0, when its machine, or an emulator of it, runs it. */
export function exitProgram(name: keyof typeof exits): Buffer {
  const code = Buffer.from(exits[name], 'hex')
  const [start, headers] = [0x10000000, 64 + 56]
  const bytes = Buffer.concat([elf(name).subarray(0, 64), Buffer.alloc(56), code])
  bytes[6] = 1
  bytes.writeUInt32LE(1, 20)
  bytes.writeBigUInt64LE(BigInt(start + headers), 24)
  bytes.writeBigUInt64LE(64n, 32)
  // The second version of its calling convention, which is the one that Linux has for little-endian.
  if (name === 'ppc64le') bytes.writeUInt32LE(2, 48)
  bytes.writeUInt16LE(64, 52)
  bytes.writeUInt16LE(56, 54)
  bytes.writeUInt16LE(1, 56)
  // One segment, readable and executable: the file as a whole.
  bytes.writeUInt32LE(1, 64)
  bytes.writeUInt32LE(5, 68)
  for (const [at, value] of [
    [80, start],
    [88, start],
    [96, bytes.length],
    [104, bytes.length],
    [112, 0x10000],
  ] as const) {
    bytes.writeBigUInt64LE(BigInt(value), at)
  }
  return bytes
}
