/** The head of a Windows program for a machine, by its number in PE. */
export function pe(machine: number, { wide, managed = false }: { wide: boolean; managed?: boolean }): Buffer {
  const bytes = Buffer.alloc(512)
  bytes.write('MZ')
  bytes.writeUInt32LE(0x80, 0x3c)
  bytes.write('PE\0\0', 0x80)
  bytes.writeUInt16LE(machine, 0x84)
  bytes.writeUInt16LE(wide ? 0x20b : 0x10b, 0x98)
  if (managed) bytes.writeUInt32LE(0x2000, 0x98 + (wide ? 224 : 208))
  return bytes
}

/** The head of a 64-bit program of macOS for a machine, by its number in Mach-O. */
export function machO(machine: number): Buffer {
  const bytes = Buffer.alloc(32)
  bytes.writeUInt32BE(0xcffaedfe, 0)
  bytes.writeUInt32LE(machine, 4)
  return bytes
}
