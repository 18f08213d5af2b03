import { expect, test } from 'vitest'
import { readAnswer } from '../../../src/emulate/binfmt-image.ts'
import { emulatorName } from '../../../src/oci/emulators.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'

test.each([
  { platform: 'arm64', name: 'qemu-aarch64' },
  { platform: 'arm/v6', name: 'qemu-arm' },
  { platform: '386', name: 'qemu-i386' },
  { platform: 'mips64le', name: 'qemu-mips64el' },
  { platform: 'sparc64', name: undefined },
  { platform: 'windows/arm64', name: undefined },
])('emulatorName() of $platform is $name', ({ platform, name }) => {
  expect(emulatorName(parsePlatform(platform))).toBe(name)
})

test.each([
  {
    name: 'the registered handlers',
    result: { stdout: '{"supported": ["linux/amd64"], "emulators": ["qemu-arm"]}', stderr: 'installing: arm OK\n' },
    is: { ran: true, emulators: ['qemu-arm'], said: '' },
  },
  {
    name: 'nothing registered, with status 0',
    result: {
      stdout: '{"supported": [], "emulators": null}',
      stderr: 'WARNING: IPv4\ninstalling: arm EPERM opening register check permissions?\n',
    },
    is: { ran: true, emulators: [], said: 'installing: arm EPERM opening register check permissions?' },
  },
  {
    name: 'another image',
    result: { stdout: 'Hello', stderr: '' },
    is: { ran: true, emulators: undefined, said: 'it did not list the emulators' },
  },
  {
    name: 'an image that does not exist, in the messages of Docker 20 to 28',
    result: {
      status: 125,
      stdout: '',
      stderr: `Unable to find image 'a:1' locally
docker: Error response from daemon: manifest for a:1 not found: manifest unknown.
See 'docker run --help'.

Run 'docker run --help' for more information
`,
    },
    is: { ran: false, emulators: undefined, said: 'manifest for a:1 not found: manifest unknown.' },
  },
  {
    name: 'a daemon that was lost during an installation',
    result: { status: 125, stdout: '', stderr: 'installing: arm OK\ndocker: error waiting for container: EOF\n' },
    is: { ran: true, emulators: undefined, said: 'error waiting for container: EOF' },
  },
  {
    name: 'a missing docker program',
    result: { status: 127, stdout: '', stderr: '' },
    is: { ran: false, emulators: undefined, said: 'docker exited with 127' },
  },
])('readAnswer() reads $name', ({ result, is }) => {
  const status = result.status ?? 0
  expect(readAnswer({ ok: status === 0, status, stdout: result.stdout, stderr: result.stderr })).toEqual(is)
})
