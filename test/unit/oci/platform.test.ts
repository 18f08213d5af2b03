import { describe, expect, it, test } from 'vitest'
import {
  formatPlatform,
  normalizePlatform,
  parsePlatform,
  platformEquals,
  runsNatively,
} from '../../../src/oci/platform.ts'

describe('parsePlatform()', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['amd64', 'linux/amd64'],
    ['x86_64', 'linux/amd64'],
    ['x64', 'linux/amd64'],
    ['linux/x86-64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/amd64/3', 'linux/amd64/v3'],
    ['arm64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm64/v9', 'linux/arm64/v9'],
    ['linux/arm64/v8.0', 'linux/arm64'],
    ['aarch64', 'linux/arm64'],
    ['arm64v8', 'linux/arm64'],
    ['arm', 'linux/arm/v7'],
    ['arm32', 'linux/arm/v7'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/7', 'linux/arm/v7'],
    ['arm/v6', 'linux/arm/v6'],
    ['armhf', 'linux/arm/v7'],
    ['armel', 'linux/arm/v6'],
    ['armv6', 'linux/arm/v6'],
    ['armv7l', 'linux/arm/v7'],
    ['i386', 'linux/386'],
    ['386', 'linux/386'],
    ['ppc64el', 'linux/ppc64le'],
    ['linux/mips64el', 'linux/mips64le'],
    ['S390X', 'linux/s390x'],
    [' Linux/RISCV64 ', 'linux/riscv64'],
    ['macos/arm64', 'darwin/arm64'],
    ['windows/amd64', 'windows/amd64'],
    ['wasi/wasm', 'wasi/wasm'],
  ])('reads %s as %s', (text, expected) => {
    expect(formatPlatform(parsePlatform(text))).toBe(expected)
  })

  it('reads the version of an operating system', () => {
    expect(parsePlatform('windows(10.0.20348)/amd64')).toEqual({
      os: 'windows',
      architecture: 'amd64',
      'os.version': '10.0.20348',
    })
  })

  it.each([
    ['linux/amd46', 'the architecture "amd46" is not known', 'Did you mean linux/amd64?'],
    ['amr64', 'the architecture "amr64" is not known', 'Did you mean arm64?'],
    ['linxu/arm64', 'the operating system "linxu" is not known', 'Did you mean linux/arm64?'],
    ['linux', 'the architecture is missing', 'Write linux/amd64'],
    ['linux/arm/v9', 'arm has no variant "v9"', undefined],
    ['linux/amd64/v9', 'amd64 has no variant "v9"', undefined],
    ['linux/', 'it is not os/architecture', undefined],
    ['', 'it is not os/architecture', undefined],
    ['linux/arm/v7/x', 'it is not os/architecture', undefined],
    ['../../x', 'the operating system ".." is not known', 'Known: aix'],
    ['constructor', 'the architecture "constructor" is not known', undefined],
    ['linux/__proto__', 'is not known', undefined],
  ])('rejects %s', (text, found, hint) => {
    expect(() => parsePlatform(text)).toThrow(
      expect.objectContaining({
        code: 'input-invalid',
        message: expect.stringContaining(found),
        ...(hint === undefined ? {} : { hint: expect.stringContaining(hint) }),
      }),
    )
  })
})

describe('normalizePlatform()', () => {
  it('keeps unknown values', () => {
    expect(normalizePlatform({ os: 'unknown', architecture: 'unknown' })).toEqual({
      os: 'unknown',
      architecture: 'unknown',
    })
  })

  it('keeps the features of an operating system', () => {
    const platform = { os: 'windows', architecture: 'amd64', 'os.features': ['win32k'] }
    expect(normalizePlatform(platform)).toEqual(platform)
  })
})

describe('platformEquals()', () => {
  it('treats two spellings as equal', () => {
    expect(
      platformEquals({ os: 'linux', architecture: 'arm64', variant: 'v8' }, { os: 'linux', architecture: 'aarch64' }),
    ).toBe(true)
  })

  it('distinguishes variants', () => {
    expect(platformEquals(parsePlatform('arm/v6'), parsePlatform('arm/v7'))).toBe(false)
  })

  it.each([
    ['differ', '1', '2', false],
    ['are the same', '1', '1', true],
  ])('treats versions of the operating system as equal that %s', (_, one, other, expected) => {
    const windows = { os: 'windows', architecture: 'amd64' }
    expect(platformEquals({ ...windows, 'os.version': one }, { ...windows, 'os.version': other })).toBe(expected)
  })

  it('accepts a version that only one of them has', () => {
    const windows = { os: 'windows', architecture: 'amd64' }
    expect(platformEquals({ ...windows, 'os.version': '1' }, windows)).toBe(true)
  })
})

test.each([
  { program: 'arm64', machine: 'arm64', runs: true },
  { program: 'amd64/v3', machine: 'amd64', runs: true },
  { program: '386', machine: 'amd64', runs: true },
  { program: 'arm/v7', machine: 'arm64', runs: true },
  { program: 'amd64', machine: '386', runs: false },
  { program: 'arm64', machine: 'amd64', runs: false },
  { program: 'windows/amd64', machine: 'amd64', runs: false },
])('runsNatively() of $program on $machine is $runs', ({ program, machine, runs }) => {
  expect(runsNatively(parsePlatform(program), parsePlatform(machine))).toBe(runs)
})
