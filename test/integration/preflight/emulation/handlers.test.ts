import { expect, test } from 'vitest'
import { parsePlatform } from '../../../../src/oci/platform.ts'
import { emulates, readHandlers } from '../../../../src/preflight/emulation/handlers.ts'
import { tempFolder } from '../../../support/temp.ts'

// Recorded from kernels with Debian's qemu-user, tonistiigi/binfmt, Docker Desktop and WSL.
const aarch64 = `enabled
interpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P
flags: POF
offset 0
magic 7f454c460201010000000000000000000200b700
mask ffffffffffffff00fffffffffffffffffeffffff
`
const files = {
  status: 'enabled\n',
  register: '',
  'qemu-aarch64': aarch64,
  'qemu-s390x':
    'enabled\ninterpreter /usr/bin/qemu-s390x\nflags: OCF\noffset 0\nmagic 7f454c4602020100000000000000000000020016\nmask ffffffffffffff00fffffffffffffffffffeffff\n',
  'qemu-riscv64': aarch64.replace('enabled', 'disabled').replace('b700', 'f300'),
  'qemu-ppc64le': aarch64.replace('POF', 'PO').replace('b700', '1500'),
  rosetta: 'enabled\ninterpreter /mnt/rosetta\nflags: OCF\noffset 0\nmagic 7f454c46020101\nmask ffffffffffffff\n',
  jar: 'enabled\ninterpreter /usr/bin/jexec\nflags: F\noffset 0\nmagic 504b0304\n',
  py: 'enabled\ninterpreter /usr/bin/python3\nflags: F\nextension .pyc\n',
}

test('readHandlers() reads registered handlers, enabled or disabled', async () => {
  const found = readHandlers(tempFolder(files))
  const names = (found ?? []).map(({ name, enabled }) => `${name} ${enabled}`)
  expect(names.toSorted()).toEqual([
    'jar true',
    'qemu-aarch64 true',
    'qemu-ppc64le true',
    'qemu-riscv64 false',
    'qemu-s390x true',
    'rosetta true',
  ])
})

test.each([
  { name: 'the directory does not exist', folder: () => '/nonexistent' },
  { name: 'it is not mounted', folder: () => tempFolder({}) },
])('readHandlers() is undefined if $name', async ({ folder }) => {
  expect(readHandlers(folder())).toBeUndefined()
})

test.each([
  { platform: 'arm64', by: ['qemu-aarch64', 'rosetta'] },
  { platform: 's390x', by: ['qemu-s390x'] },
  // Little-endian 64-bit, the only bytes that this handler matches.
  { platform: 'amd64', by: ['rosetta'] },
  // Disabled, and only outside of containers.
  { platform: 'riscv64', by: ['rosetta'] },
  { platform: 'ppc64le', by: ['rosetta'] },
  { platform: 'arm/v7', by: [] },
  { platform: 'windows/arm64', by: [] },
])('emulates() matches the header of a program: $platform', async ({ platform, by }) => {
  const handlers = readHandlers(tempFolder(files)) ?? []
  const found = handlers.filter((handler) => emulates(handler, parsePlatform(platform)))
  expect(found.map(({ name }) => name).toSorted()).toEqual(by)
})
