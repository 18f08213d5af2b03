import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { planEngine } from '../../../src/engine/choose.ts'
import { findPodman, isPodmanProgram } from '../../../src/facts/podman.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

// What Podman 4.3.1 and 5.8.6 and their Buildah print.
const client = (version: string) =>
  `{"APIVersion":"${version}","Version":"${version}","OsArch":"linux/amd64","Os":"linux"}`
const server = '{"APIVersion":"5.8.6","Version":"5.8.6","OsArch":"linux/arm64","Os":"linux"}'
const buildah = '{"version": "1.43.2", "osArch": "linux/amd64", "buildPlatform": "linux/amd64"}'
const stopped = `echo 'Cannot connect to Podman. Please verify your connection to the Linux system using \`podman system connection list\`, or try \`podman machine init\` and \`podman machine start\` to manage a new Linux VM' >&2
echo 'Error: unable to connect to Podman socket: Get "http://d/v5.8.6/libpod/_ping": dial unix /run/podman.sock: connect: no such file or directory' >&2
exit 125`
const noMap = `echo 'Error: command required for rootless mode with multiple IDs: exec: "newuidmap": executable file not found in $PATH' >&2; exit 125`

/** A machine with these programs in two directories of PATH; an undefined one exists and is not executable. */
function machine(programs: Readonly<Record<string, string>>) {
  const folder = tempFolder({ 'one/': '', 'two/': '', 'one/podman': 'no program' })
  for (const [name, script] of Object.entries(programs)) writeProgram(join(folder, name), script)
  const host = createTestHost({ env: { PATH: `${folder}/one:${folder}/two` } })
  onTestFinished(host.close)
  return { host, folder }
}

const rootless = (process.getuid?.() ?? 0) !== 0

describe('findPodman()', () => {
  test.each(['4.3.1', '5.4.2', '5.8.6'])('finds %s on PATH, before Buildah', async (version) => {
    const { host, folder } = machine({
      'one/buildah': `echo '${buildah}'`,
      'two/podman': `test "$*" = 'version --format json' && echo '{"Client":${client(version)}}'`,
    })
    const path = join(folder, 'two/podman')
    const found = { kind: 'podman', name: 'podman', path, version, rootless, remote: false, native: 'linux/amd64' }
    expect(await findPodman(host)).toEqual(found)
    expect(isPodmanProgram(path, host)).toBe(true)
    expect(isPodmanProgram('/tmp/podman', host)).toBe(false)
    expect(isPodmanProgram(join(folder, 'two/podman-remote'), host)).toBe(false)
  })

  test('finds Buildah if Podman is not installed', async () => {
    const { host, folder } = machine({ 'two/buildah': `test "$*" = 'version --json' && echo '${buildah}'` })
    expect(await findPodman(host)).toEqual({
      kind: 'podman',
      name: 'buildah',
      path: join(folder, 'two/buildah'),
      version: '1.43.2',
      rootless,
      remote: false,
      native: 'linux/amd64',
    })
  })

  test('reads the platform of the machine that a client uses', async () => {
    const { host } = machine({ 'two/podman': `echo '{"Client":${client('5.4.2')},"Server":${server}}'` })
    expect(await findPodman(host)).toMatchObject({ version: '5.4.2', remote: true, native: 'linux/arm64' })
  })

  test.each([
    { name: 'nothing', programs: {}, reason: 'neither podman nor buildah is on PATH' },
    {
      name: 'a program without a version',
      programs: { 'two/podman': 'echo {}' },
      reason: /two\/podman does not report its version$/,
    },
    {
      name: 'text that is not JSON',
      programs: { 'two/podman': 'echo podman 3' },
      reason: /two\/podman does not report its version$/,
    },
    {
      name: 'an exit status',
      programs: { 'two/podman': 'exit 3' },
      reason: /two\/podman does not start: exit status 3$/,
    },
  ])('reports $name', async ({ programs, reason }) => {
    const { host } = machine(programs)
    expect(await findPodman(host)).toEqual({
      kind: 'missing',
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    })
  })

  test.each([
    { name: 'a stopped machine', script: stopped, code: 'daemon-unreachable', hint: 'podman machine start' },
    { name: 'a user without newuidmap', script: noMap, code: 'feature-missing', hint: 'package `uidmap`' },
  ])('finds $name, and the plan says how to fix it', async ({ script, code, hint }) => {
    const { host } = machine({ 'two/podman': script })
    const podman = await findPodman(host)
    expect(podman).toMatchObject({ kind: 'missing' })
    const docker = { kind: 'unreachable', endpoint: serverOf().endpoint, reason: 'connect ENOENT' } as const
    const facts = factsOf({ docker, podman })
    expect(() => planEngine(inputsOf({ engine: 'podman' }), facts)).toThrow(
      expect.objectContaining({ code, hint: expect.stringContaining(hint) }),
    )
    // Also if it is not selected by name, for the error about RUN, in a log line of its own.
    const { engine } = planEngine(inputsOf(), facts)
    expect(engine).toMatchObject({ name: 'embedded', otherwise: { code, hint: expect.stringContaining(hint) } })
    expect(engine.because).not.toContain('\n')
  })
})
