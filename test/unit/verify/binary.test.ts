import { closeSync, openSync, readSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { headSize, readBinary } from '../../../src/verify/binary.ts'
import { type ElfMachine, elf } from '../../support/elf.ts'
import { machO, pe } from '../../support/foreign-programs.ts'
import { createRandom, randomBytes } from '../../support/random.ts'
import { seededPart } from '../../support/seeded-part.ts'

describe('readBinary()', () => {
  test.each<ElfMachine>(['386', 'amd64', 'arm', 'arm64', 'ppc64le', 'riscv64', 's390x'])(
    'recognizes ELF for %s',
    (name) => {
      expect(readBinary(elf(name))).toEqual({ kind: 'program', format: 'ELF', architectures: [name] })
      expect(readBinary(elf(name, { loader: '/lib/ld.so.1' }))).toMatchObject({ loader: '/lib/ld.so.1' })
    },
  )

  test.each([
    { name: 'an object file', head: elf('amd64', { type: 1 }) },
    { name: 'code for a graphics card', head: elf('cuda') },
    { name: 'a Java class', head: Buffer.from('cafebabe00000034000000000000000000', 'hex') },
    { name: 'text', head: Buffer.from('hello, world') },
    { name: 'an empty file', head: Buffer.alloc(0) },
    { name: 'a truncated header', head: elf('amd64').subarray(0, 20) },
    { name: 'a script without a path', head: Buffer.from('#! \n') },
    { name: 'DOS', head: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]) },
  ])('skips $name', ({ head }) => {
    expect(readBinary(head)).toBeUndefined()
  })

  test('recognizes a script by its interpreter', () => {
    expect(readBinary(Buffer.from('#! /bin/sh -e\necho'))).toEqual({ kind: 'script', interpreter: '/bin/sh' })
  })

  test.each([
    { name: 'amd64', machine: 0x8664, wide: true },
    { name: 'arm64', machine: 0xaa64, wide: true },
    { name: '386', machine: 0x14c, wide: false },
  ])('recognizes PE for $name, but not .NET assemblies that run on any machine', ({ name, machine, wide }) => {
    expect(readBinary(pe(machine, { wide }))).toEqual({ kind: 'program', format: 'PE', architectures: [name] })
    expect(readBinary(pe(machine, { wide, managed: true }))).toBeUndefined()
  })

  test('recognizes Mach-O, for one and several machines', () => {
    expect(readBinary(machO(0x0100000c))).toMatchObject({ format: 'Mach-O', architectures: ['arm64'] })
    const several = Buffer.alloc(48)
    several.writeUInt32BE(0xcafebabe, 0)
    several.writeUInt32BE(2, 4)
    several.writeUInt32BE(0x01000007, 8)
    several.writeUInt32BE(0x0100000c, 28)
    expect(readBinary(several)).toMatchObject({ architectures: ['amd64', 'arm64'] })
  })

  test('recognizes the program that runs this test', () => {
    const file = openSync(process.execPath, 'r')
    const head = Buffer.alloc(headSize)
    readSync(file, head)
    closeSync(file)
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch
    expect(readBinary(head)).toMatchObject({ kind: 'program', architectures: [architecture] })
  })

  test('does not throw for any bytes after a valid beginning', () => {
    for (const round of seededPart([...Array(3000).keys()], 5)) {
      const random = createRandom(round)
      const whole = elf(round % 2 ? 'amd64' : 'arm', { loader: '/lib/ld.so' })
      const head = Buffer.concat([whole.subarray(0, 6), randomBytes(random, 200)])
      for (const bytes of [head, pe(0x8664, { wide: true }).map((byte) => (random() < 0.05 ? random() * 256 : byte))]) {
        expect(() => readBinary(Buffer.from(bytes.subarray(0, Math.floor(random() * bytes.length))))).not.toThrow()
      }
    }
  })
})
