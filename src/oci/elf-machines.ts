/**
 * The architectures by machine number in an ELF header, then by word size and byte order.
 * https://gabi.xinuos.com/elf/02-eheader.html; the machine numbers are in its appendix.
 */
export const elfMachines: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  3: { '32': '386' },
  8: { '32': 'mipsle', '32-big': 'mips', '64': 'mips64le', '64-big': 'mips64' },
  21: { '64': 'ppc64le', '64-big': 'ppc64' },
  22: { '64-big': 's390x' },
  40: { '32': 'arm' },
  // 32 bits on this machine is the x32 interface.
  62: { '32': 'amd64', '64': 'amd64' },
  183: { '64': 'arm64' },
  243: { '64': 'riscv64' },
  258: { '64': 'loong64' },
}
