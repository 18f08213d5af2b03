// The example's compiler: writes the same program for three machines, as bin/hello-<TARGETARCH> in the current folder.
// Each is static, needs nothing but Linux, and does two things: write(1, greeting, length) and exit(0).

import { mkdirSync, writeFileSync } from 'node:fs'

type Machine = {
  /** As TARGETARCH has it. */
  readonly architecture: string
  readonly bits: 32 | 64
  /** Its number in ELF, https://gabi.xinuos.com/elf/a-emachine.html */
  readonly machine: number
  /** What ELF leaves to each machine to say. */
  readonly flags: number
  /** Its instructions for a greeting of `length` bytes, which follows them. At most 255: all that Arm's mov takes in. */
  readonly code: (length: number) => readonly Buffer[]
}

// Which registers take a system call's number and arguments: https://man7.org/linux/man-pages/man2/syscall.2.html
// The numbers of write and exit are in Linux's own tables, named below.
const machines: readonly Machine[] = [
  {
    architecture: 'amd64',
    bits: 64,
    machine: 62,
    flags: 0,
    // https://github.com/torvalds/linux/blob/v6.10/arch/x86/entry/syscalls/syscall_64.tbl
    code: (length) => [
      bytes(0xb8, 1, 0, 0, 0), //             mov eax, 1            write
      bytes(0xbf, 1, 0, 0, 0), //             mov edi, 1            to standard output
      bytes(0x48, 0x8d, 0x35, 16, 0, 0, 0), // lea rsi, [rip + 16]   what follows the code
      bytes(0xba, length, 0, 0, 0), //        mov edx, length
      bytes(0x0f, 0x05), //                   syscall
      bytes(0xb8, 60, 0, 0, 0), //            mov eax, 60           exit
      bytes(0x31, 0xff), //                   xor edi, edi          with status 0
      bytes(0x0f, 0x05), //                   syscall
    ],
  },
  {
    architecture: 'arm64',
    bits: 64,
    machine: 183,
    flags: 0,
    // https://github.com/torvalds/linux/blob/v6.10/include/uapi/asm-generic/unistd.h
    code: (length) => [
      word(0xd2800808), //                mov x8, #64           write
      word(0xd2800020), //                mov x0, #1            to standard output
      word(0x100000c1), //                adr x1, . + 24        what follows the code
      word(0xd2800002 + (length << 5)), // mov x2, #length
      word(0xd4000001), //                svc #0
      word(0xd2800ba8), //                mov x8, #93           exit
      word(0xd2800000), //                mov x0, #0            with status 0
      word(0xd4000001), //                svc #0
    ],
  },
  {
    architecture: 'arm',
    bits: 32,
    machine: 40,
    // Version 5 of the ABI, with floating-point numbers in registers, as Linux distributions for arm/v7 have it:
    // https://github.com/ARM-software/abi-aa/blob/2024Q3/aaelf32/aaelf32.rst
    flags: 0x05000400,
    // https://github.com/torvalds/linux/blob/v6.10/arch/arm/tools/syscall.tbl
    code: (length) => [
      word(0xe3a07004), //          mov r7, #4            write
      word(0xe3a00001), //          mov r0, #1            to standard output
      word(0xe28f1010), //          add r1, pc, #16       what follows the code: pc is two instructions ahead
      word(0xe3a02000 + length), // mov r2, #length
      word(0xef000000), //          svc #0
      word(0xe3a07001), //          mov r7, #1            exit
      word(0xe3a00000), //          mov r0, #0            with status 0
      word(0xef000000), //          svc #0
    ],
  },
]

mkdirSync('bin', { recursive: true })
for (const machine of machines) {
  const file = `bin/hello-${machine.architecture}`
  const content = compile(machine, `Hello from ${machine.architecture}\n`)
  writeFileSync(file, content, { mode: 0o755 })
  console.log(`${file}: ${content.length} bytes`)
}

/**
 * A whole executable: the header of the file, the header of its only segment, code and greeting.
 * https://gabi.xinuos.com/elf/02-eheader.html, https://gabi.xinuos.com/elf/07-pheader.html
 */
function compile({ bits, machine, flags, code }: Machine, greeting: string): Buffer {
  const address = bits === 64 ? long : word
  const [fileHeader, segmentHeader] = bits === 64 ? [64, 56] : [52, 32]
  const text = Buffer.from(greeting)
  const body = Buffer.concat([...code(text.length), text])
  const start = fileHeader + segmentHeader
  const size = start + body.length
  // Linux maps whole pages, which these machines have of up to 64 KiB; any multiple will do as the address.
  const [page, base] = [0x1_0000, 0x40_0000]
  const readAndExecute = word(4 + 1)

  return Buffer.concat([
    Buffer.from('\x7fELF'),
    bytes(bits / 32, 1, 1, 0), //      32 or 64 bits, little-endian, version of ELF, Unix System V
    Buffer.alloc(8),
    short(2), //                       e_type: an executable
    short(machine), //                 e_machine
    word(1), //                        e_version
    address(base + start), //          e_entry
    address(fileHeader), //            e_phoff: the segment's header comes next
    address(0), //                     e_shoff: sections are for linkers and debuggers; there are none
    word(flags), //                    e_flags
    short(fileHeader), //              e_ehsize
    short(segmentHeader), //           e_phentsize
    short(1), //                       e_phnum
    Buffer.alloc(6), //                e_shentsize, e_shnum, e_shstrndx

    word(1), //                        p_type: to be loaded
    ...(bits === 64 ? [readAndExecute] : []), // p_flags, here in files of 64 bits
    address(0), //                     p_offset: the file as a whole
    address(base), //                  p_vaddr
    address(base), //                  p_paddr
    address(size), //                  p_filesz
    address(size), //                  p_memsz
    ...(bits === 32 ? [readAndExecute] : []), // and here in those of 32
    address(page), //                  p_align

    body,
  ])
}

function bytes(...values: readonly number[]): Buffer {
  return Buffer.from(values)
}

function short(value: number): Buffer {
  return bytes(value & 0xff, value >>> 8)
}

function word(value: number): Buffer {
  return Buffer.concat([short(value & 0xffff), short(value >>> 16)])
}

/** All that is written here fits into the lower half. */
function long(value: number): Buffer {
  return Buffer.concat([word(value), word(0)])
}
