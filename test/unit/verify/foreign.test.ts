import { describe, expect, test } from 'vitest'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { isForeign, runsOn } from '../../../src/verify/foreign.ts'

const program = (architecture: string, format: 'ELF' | 'PE' | 'Mach-O' = 'ELF') =>
  ({ kind: 'program', format, architectures: [architecture] }) as const

describe('runsOn()', () => {
  test.each([
    { platform: 'amd64', architecture: 'amd64', runs: true },
    { platform: 'amd64', architecture: '386', runs: true },
    { platform: 'amd64', architecture: 'arm64', runs: false },
    { platform: 'arm64', architecture: 'arm', runs: false },
    { platform: 'arm/v6', architecture: 'arm', runs: true },
    { platform: '386', architecture: 'amd64', runs: false },
  ])('is $runs for $architecture on $platform', ({ platform, architecture, runs }) => {
    expect(runsOn(program(architecture), parsePlatform(platform))).toBe(runs)
  })

  test('requires the format of the operating system', () => {
    expect(runsOn(program('amd64', 'PE'), parsePlatform('linux/amd64'))).toBe(false)
    expect(runsOn(program('amd64', 'PE'), parsePlatform('windows/amd64'))).toBe(true)
    expect(runsOn(program('arm64', 'Mach-O'), parsePlatform('darwin/arm64'))).toBe(true)
  })
})

describe('isForeign()', () => {
  test.each([
    { path: 'usr/local/bin/app', architecture: 'amd64', platform: 'arm64', foreign: true },
    { path: 'opt/lib/libx.so', architecture: 'arm64', platform: 'amd64', foreign: true },
    { path: 'app/max64/run', architecture: 'amd64', platform: 'arm64', foreign: true },
    { path: 'usr/bin/qemu-aarch64-static', architecture: 'amd64', platform: 'arm64', foreign: false },
    { path: 'usr/bin/qemu-arm', architecture: 'amd64', platform: 'arm64', foreign: false },
    { path: 'usr/lib/x86_64-linux-gnu/libc.so.6', architecture: 'amd64', platform: 'arm64', foreign: false },
    { path: 'srv/downloads/app-linux-arm64', architecture: 'arm64', platform: 'amd64', foreign: false },
    { path: 'app/bin/linux_amd64/tool', architecture: 'amd64', platform: 'arm64', foreign: false },
    { path: 'n/node_modules/x/prebuilds/any/node.node', architecture: 'amd64', platform: 'arm64', foreign: false },
    { path: 'src/debug/testdata/hello', architecture: 'ppc64le', platform: 'amd64', foreign: false },
    { path: 'usr/lib32/libc.so.6', architecture: '386', platform: 'amd64', foreign: false },
    { path: 'usr/lib32/libc.so.6', architecture: 'arm', platform: 'arm64', foreign: false },
    { path: 'usr/bin/app', architecture: 'arm64', platform: 'arm/v7', foreign: true },
  ])('is $foreign for $path of $architecture in an image for $platform', (given) => {
    expect(isForeign(given.path, program(given.architecture), parsePlatform(given.platform))).toBe(given.foreign)
  })

  test('ignores programs of other operating systems', () => {
    expect(isForeign('distlib/t64.exe', program('amd64', 'PE'), parsePlatform('arm64'))).toBe(false)
    expect(isForeign('a/b.dylib', program('amd64', 'Mach-O'), parsePlatform('arm64'))).toBe(false)
  })
})
