import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findNerdctl } from '../../../src/facts/nerdctl.ts'
import { isNerdctlProgram } from '../../../src/facts/nerdctl-program.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

const version = (server: string) => `echo '{"Client":{"Version":"v2.2.1"},"Server":${server}}'`
const workers =
  '[{"platforms":[{"os":"linux","architecture":"arm64"},{"os":"linux","architecture":"arm64","variant":"v8"}]}]'

/** A machine with these programs, which answer as nerdctl 2.2.1 and buildctl 0.32 do. */
function machine({
  programs,
  env = {},
}: {
  readonly programs: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}) {
  const folder = tempFolder({ 'bin/': '' })
  for (const [name, script] of Object.entries(programs)) writeProgram(join(folder, 'bin', name), script)
  const host = createTestHost({ env: { ...env, PATH: join(folder, 'bin') } })
  onTestFinished(host.close)
  return { host, path: join(folder, 'bin/nerdctl') }
}

test('findNerdctl() returns the program, its buildkitd and the platform of that', async () => {
  const programs = {
    nerdctl: version('{}'),
    // $2 is the address.
    buildctl: `case "$2" in *default*) exit 1 ;; *) echo '${workers}' ;; esac`,
  }
  const { host, path } = machine({ programs, env: { XDG_RUNTIME_DIR: '/run' } })
  const found = { kind: 'nerdctl', path, version: '2.2.1', native: 'linux/arm64' }
  expect(await findNerdctl(host)).toEqual({ ...found, buildkit: 'unix:///run/buildkit/buildkitd.sock' })
  const env = { ...host.env, BUILDKIT_HOST: 'tcp://build.example:1234' }
  expect(await findNerdctl({ ...host, env })).toEqual({ ...found, buildkit: 'tcp://build.example:1234' })
  expect(isNerdctlProgram(path, { env: host.env })).toBe(true)
  expect(isNerdctlProgram('/tmp/nerdctl', { env: host.env })).toBe(false)
})

test.each([
  { programs: {}, reason: /^nerdctl is not on PATH$/, isInstalled: undefined },
  { programs: { nerdctl: version('{}') }, reason: /cannot build: buildctl is not on PATH$/, isInstalled: true },
  {
    programs: {
      nerdctl: `${version('null')}\necho 'time="x" level=fatal msg="cannot access containerd socket \\"/c.sock\\": no such file"' >&2; exit 1`,
      buildctl: 'exit 0',
    },
    reason: /does not reach containerd: cannot access containerd socket "\/c.sock": no such file$/,
    isInstalled: true,
  },
  {
    programs: { nerdctl: version('{}'), buildctl: 'exit 1' },
    env: { XDG_RUNTIME_DIR: '/run', CONTAINERD_NAMESPACE: 'ci' },
    reason:
      /^no buildkitd responds at unix:\/\/\/run\/buildkit-ci\/buildkitd.sock or unix:\/\/\/run\/buildkit-default\/buildkitd.sock or unix:\/\/\/run\/buildkit\/buildkitd.sock$/,
    isInstalled: true,
  },
])('findNerdctl() says what is missing: $reason', async ({ reason, isInstalled, ...given }) => {
  expect(await findNerdctl(machine(given).host)).toEqual({
    kind: 'missing',
    reason: expect.stringMatching(reason),
    ...(isInstalled ? { isInstalled } : {}),
  })
})
