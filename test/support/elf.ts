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
