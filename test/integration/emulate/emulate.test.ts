import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { setUpEmulators } from '../../../src/emulate/emulate.ts'
import type { Exec } from '../../../src/host/host.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import type { Emulation } from '../../../src/preflight/emulation/check-emulation.ts'
import { retryPolicy } from '../../../src/retry/backoff.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { recordedTasks } from '../../support/recorded-tasks.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const run = { kind: 'run', line: 3, endLine: 3, text: 'RUN make', mountsFrom: [], secrets: [], caches: [] } as const
const needs = (platform: string, certain = true) => ({
  platform: parsePlatform(platform),
  runs: [{ ...run, command: { form: 'shell', text: 'make' } as const }],
  smokeTested: false,
  certain,
})
/** A platform that only the smoke test needs. */
const tests = (platform: string) => ({ ...needs(platform), runs: [], smokeTested: true })

/** Sets up the `missing` platforms, with `answers` as the successive results of `docker run`. */
async function setUp(
  emulation: Partial<Emulation> | readonly Partial<Emulation>[],
  answers: readonly { readonly status?: number; readonly stderr?: string; readonly emulators?: readonly string[] }[],
  given: Parameters<typeof inputsOf>[0] = {},
) {
  const tempDir = tempFolder()
  const calls: string[] = []
  const daemons: unknown[] = []
  const exec: Exec = async (command, args, { env = {} } = {}) => {
    daemons.push(env['DOCKER_HOST'])
    const { status = 0, stderr = '', emulators = [] } = answers[calls.length] ?? {}
    calls.push([command, ...args].join(' '))
    // The effect must be recorded by now.
    if (args.includes('--install'))
      expect(readFileSync(join(tempDir, 'clean-up.jsonl'), 'utf8')).toContain('"emulator"')
    return { ok: status === 0, status, stderr, stdout: JSON.stringify({ emulators }) }
  }
  const host = createTestHost({ tempDir, exec })
  onTestFinished(host.close)
  const plan = makePlan(inputsOf({ 'emulator-image': 'mirror.example/binfmt', ...given }), factsOf())
  const emulations = [emulation].flat().map((one) => ({ foreign: [], missing: [], registered: [], env: {}, ...one }))
  const counted: number[] = []
  const retries = { policy: retryPolicy(plan.retries), onRetry: (attempt: number) => void counted.push(attempt) }
  const checked = { reading: undefined, bases: [], emulations }
  const failed = await setUpEmulators(await runOf(plan, host, { retries }), checked).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { calls, counted, daemons, host, failed }
}

const image = 'docker run --rm --privileged mirror.example/binfmt'

test('setUpEmulators() does nothing if none is missing', async () => {
  const { calls, failed } = await setUp({ foreign: [needs('arm64')] }, [])
  expect({ calls, failed }).toEqual({ calls: [], failed: undefined })
})

test('setUpEmulators() installs all missing ones in one call, each once', async () => {
  const missing = [needs('arm/v7'), needs('arm/v6'), needs('s390x')]
  const { calls, failed } = await setUp({ missing }, [{ emulators: ['qemu-arm', 'qemu-s390x'] }])
  expect({ calls, failed }).toEqual({ calls: [`${image} --install arm,s390x`], failed: undefined })
})

test("setUpEmulators() queries the existing ones first if the kernel's list cannot be read", async () => {
  const missing = [needs('arm64', false), needs('s390x', false)]
  const answers = [{ emulators: ['qemu-aarch64'] }, { emulators: ['qemu-aarch64', 'qemu-s390x'] }]
  const { calls, failed } = await setUp({ missing, registered: undefined }, answers)
  expect({ calls, failed }).toEqual({ calls: [image, `${image} --install s390x`], failed: undefined })
})

test('setUpEmulators() retries transient failures, up to the limit', async () => {
  const failing = { status: 125, stderr: 'docker: received unexpected HTTP status: 503 Service Unavailable' }
  const answers = [failing, failing, { emulators: ['qemu-aarch64'] }]
  const survived = await setUp({ missing: [needs('arm64')] }, answers)
  expect(survived.failed).toBeUndefined()
  expect(survived.calls).toHaveLength(3)
  expect(survived.counted).toEqual([2, 3])
  expect(survived.host.log.lines.filter((line) => line.includes('transient'))).toEqual([
    expect.stringMatching(
      /^Cannot run mirror\.example\/binfmt: received unexpected HTTP status: 503 Service Unavailable; transient, attempt 2 of 9 in 0\.[45] s$/,
    ),
    expect.stringMatching(/; transient, attempt 3 of 9 in (?:0\.[89]|1\.0) s$/),
  ])
  const gaveUp = await setUp({ missing: [needs('arm64')] }, answers, { retries: '1' })
  expect(gaveUp.failed).toMatchObject({ code: 'emulator-missing' })
  expect(gaveUp.calls).toHaveLength(2)
})

test.each([
  { stderr: 'docker: dial tcp 10.0.0.1:443: connect: connection refused', tries: 3 },
  { stderr: 'docker: dial tcp: lookup mirror.example: no such host', tries: 3 },
  { stderr: 'docker: Get "https://mirror.example/v2/": EOF', tries: 9 },
  {
    stderr: 'docker: Get "https://mirror.example/v2/": tls: first record does not look like a TLS handshake',
    tries: 1,
  },
  { stderr: 'docker: proxyconnect tcp: dial tcp 10.0.0.1:3128: i/o timeout', tries: 1 },
  { stderr: 'docker: pull access denied for mirror.example/binfmt', tries: 1 },
])('setUpEmulators() makes $tries attempts for the message of Docker $stderr', async ({ stderr, tries }) => {
  const { calls } = await setUp({ missing: [needs('arm64')] }, Array(9).fill({ status: 125, stderr }))
  expect(calls).toHaveLength(tries)
})

test('setUpEmulators() keeps a disabled handler unchanged, and reports it', async () => {
  const { calls, failed } = await setUp({ missing: [needs('arm64')], registered: ['qemu-aarch64'] }, [])
  expect(calls).toEqual([])
  expect(failed).toMatchObject({
    code: 'emulator-missing',
    platform: 'linux/arm64',
    place: { line: 3 },
    message: expect.stringMatching(/qemu-aarch64 is off or does not reach containers.*Dockerfile:3: RUN make$/s),
  })
})

test('setUpEmulators() fails with all platforms that are still missing', async () => {
  const missing = [needs('arm64'), needs('s390x'), needs('sparc64')]
  const { failed } = await setUp({ missing }, [{ emulators: ['qemu-aarch64'], stderr: 'installing: s390x no\n' }])
  expect(failed).toMatchObject({
    code: 'emulator-missing',
    message: expect.stringMatching(/^Setting up emulators found 2 problems:.*s390x.*installing: s390x no.*sparc64/s),
  })
})

test.each([
  { name: 'the builder may have one', certain: false, given: {} },
  { name: 'preflight is off', certain: true, given: { preflight: 'false' } },
  { name: 'setup is disabled', certain: false, given: { emulators: 'off' } },
])('setUpEmulators() reports missing ones in a notice if $name', async ({ certain, given }) => {
  const { failed, host } = await setUp({ missing: [needs('arm64', certain)] }, [{ status: 1 }], given)
  expect(failed).toBeUndefined()
  expect(host.told).toEqual([
    {
      notice: expect.stringMatching(/no emulator for linux\/arm64.*Dockerfile:3: RUN make.*BUILDPLATFORM/s),
      place: { file: 'Dockerfile', line: 3 },
    },
  ])
})

test('setUpEmulators() registers in the kernel of each daemon the emulators that it needs', async () => {
  const [far, near] = [{ DOCKER_HOST: 'ssh://far.example' }, {}]
  const emulations = [
    { missing: [needs('arm64')], env: near },
    { missing: [tests('s390x')], env: far },
  ]
  const answers = [{ emulators: ['qemu-aarch64'] }, { emulators: ['qemu-s390x'] }]
  const { calls, daemons, failed } = await setUp(emulations, answers)
  expect({ calls, failed }).toEqual({
    calls: [`${image} --install arm64`, `${image} --install s390x`],
    failed: undefined,
  })
  expect(daemons).toEqual([undefined, far.DOCKER_HOST])
})

test('setUpEmulators() has no daemon for a remote builder, and fails for the smoke test only', async () => {
  const emulations = [{ missing: [needs('arm64', false)], env: undefined }, { missing: [tests('arm64')] }]
  const { host, failed } = await setUp(emulations, [{ status: 1 }])
  expect(host.told).toEqual([
    {
      notice: expect.stringMatching(/^The builder may .* none can be set up there from here/),
      place: { file: 'Dockerfile', line: 3 },
    },
  ])
  expect(failed).toMatchObject({
    code: 'emulator-missing',
    message: expect.stringMatching(/^Cannot run the smoke test for linux\/arm64: .*:\n {2}the smoke test$/s),
    hint: expect.stringContaining('leave smoke-test empty'),
  })
})

test.each([
  { name: 'an image that cannot be pulled', status: 125, stderr: 'docker: Error response from daemon: no such host' },
  { name: 'a machine without docker', status: 127, stderr: '' },
])('setUpEmulators() records nothing to remove after $name', async ({ status, stderr }) => {
  const failing = { status, stderr }
  const { host } = await setUp({ missing: [needs('arm64', false)] }, Array(9).fill(failing))
  expect(recordedTasks(host.tempDir, 'mirror.example/binfmt')).toEqual([])
})

test('setUpEmulators() records an emulator that may have been registered', async () => {
  const failing = { status: 125, stderr: 'installing: arm64 OK\ndocker: error waiting for container: EOF' }
  const { host } = await setUp({ missing: [needs('arm64', false)] }, Array(9).fill(failing))
  const tasks = recordedTasks(host.tempDir, 'mirror.example/binfmt')
  expect(tasks).toMatchObject([{ kind: 'emulator', name: 'qemu-aarch64' }])
})

test('setUpEmulators() pulls the image from the next mirror if one is down', async () => {
  const down = {
    status: 125,
    stderr: 'docker: Error response from daemon: Get "https://a.example/v2/": no such image: manifest unknown',
  }
  const { calls, failed, host } = await setUp({ missing: [needs('arm64')] }, [down, { emulators: ['qemu-aarch64'] }], {
    mirrors: 'mirror.example=a.example\nmirror.example=b.example/hub',
  })
  expect({ calls, failed }).toEqual({
    calls: [
      'docker run --rm --privileged a.example/binfmt --install arm64',
      'docker run --rm --privileged b.example/hub/binfmt --install arm64',
    ],
    failed: undefined,
  })
  expect(host.log.lines.join('\n')).toContain('trying the next mirror')
  expect(recordedTasks(host.tempDir, ['a.example/binfmt', 'b.example/hub/binfmt'])).toEqual([
    { kind: 'emulator', name: 'qemu-aarch64', image: 'b.example/hub/binfmt', env: {} },
  ])
})
