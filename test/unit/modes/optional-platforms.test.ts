import { expect, test } from 'vitest'
import { ActionError, type ErrorCode } from '../../../src/errors/action-error.ts'
import { combine } from '../../../src/errors/gather.ts'
import { readJob } from '../../../src/facts/job.ts'
import { withoutFailedPlatforms } from '../../../src/modes/optional-platforms.ts'
import { formatPlatform } from '../../../src/oci/platform.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import type { Run } from '../../../src/run-context.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const failed = (platform: string | undefined, message = `Cannot build for ${platform}`) =>
  new ActionError('build-failed', message, { platform })

async function runFor(platforms: string, more: Parameters<typeof inputsOf>[0] = {}) {
  const host = createTestHost({ tempDir: tempFolder() })
  const plan = makePlan(
    inputsOf({ platforms, images: 'app', tags: '1', 'dockerfile-inline': 'FROM scratch', ...more }),
    factsOf({ job: readJob({ GITHUB_RUN_ID: '7' }, new Date(0)) }),
  )
  const attempts: (readonly string[])[] = []
  const narrow = (fail: (names: readonly string[], run: Run) => void) => async (run: Run) => {
    const names = run.plan.build.platforms.map(formatPlatform)
    attempts.push(names)
    fail(names, run)
    return names
  }
  return { run: await runOf(plan, host), attempts, narrow, host }
}

test('repeats without the optional platforms that failed, one after another', async () => {
  const { run, attempts, narrow, host } = await runFor('amd64, arm64, riscv64?, s390x?')
  const result = await withoutFailedPlatforms(
    run,
    narrow((names) => {
      for (const name of ['linux/s390x', 'linux/riscv64']) if (names.includes(name)) throw failed(name)
    }),
  )
  expect(attempts).toEqual([
    ['linux/amd64', 'linux/arm64', 'linux/riscv64', 'linux/s390x'],
    ['linux/amd64', 'linux/arm64', 'linux/riscv64'],
    ['linux/amd64', 'linux/arm64'],
  ])
  expect(result.omitted.map(({ platform }) => formatPlatform(platform))).toEqual(['linux/s390x', 'linux/riscv64'])
  expect(result.run.plan.optionalPlatforms).toEqual([])
  const reading = await result.run.source.reading()
  expect(reading?.platforms.map(({ platform }) => formatPlatform(platform))).toEqual(['linux/amd64', 'linux/arm64'])
  expect(host.log.lines.join('\n')).toContain(
    'linux/riscv64 is optional and is omitted from the image: Cannot build for linux/riscv64',
  )
})

test('one error about several optional platforms costs one repetition', async () => {
  const { run, attempts, narrow } = await runFor('amd64, riscv64?, s390x?')
  const both = combine('Preflight', [failed('linux/riscv64', 'no base'), failed('linux/s390x', 'no emulator')])
  await withoutFailedPlatforms(
    run,
    narrow((names) => {
      if (names.length > 1) throw both
    }),
  )
  expect(attempts).toHaveLength(2)
  // Verification joins the platforms of one finding.
  const joined = await withoutFailedPlatforms(
    run,
    narrow((names) => {
      if (names.length > 1) throw failed('linux/riscv64, linux/s390x')
    }),
  )
  expect(joined.omitted).toHaveLength(2)
})

test.each([
  ['a platform that is not optional', 'amd64, riscv64?', () => failed('linux/amd64')],
  ['no platform', 'amd64, riscv64?', () => failed(undefined)],
  ['an optional platform and another', 'amd64, riscv64?', () => failed('linux/amd64, linux/riscv64')],
  [
    'an optional platform and something else',
    'amd64, riscv64?',
    () => combine('Preflight', [failed('linux/riscv64', 'a'), failed(undefined, 'b')]),
  ],
  ['the only platforms', 'arm64?, riscv64?', () => failed('linux/arm64, linux/riscv64')],
  [
    'a registry that may be reachable later',
    'amd64, riscv64?',
    () => new ActionError('registry-unavailable', 'down', { platform: 'linux/riscv64' }),
  ],
  ['a bug', 'amd64, riscv64?', () => new ActionError('internal', 'bug', { platform: 'linux/riscv64' })],
] as const)('fails for an error about %s', async (_, platforms, error) => {
  const { run, attempts, narrow } = await runFor(platforms)
  const thrown = error()
  await expect(
    withoutFailedPlatforms(
      run,
      narrow(() => {
        throw thrown
      }),
    ),
  ).rejects.toBe(thrown)
  expect(attempts).toHaveLength(1)
})

test('the job of an optional platform omits it, whether it pushes or not; that of a required platform fails', async () => {
  for (const push of ['true', 'false']) {
    const { run, attempts, narrow } = await runFor('amd64, riscv64?', { platform: 'riscv64', push })
    const fails = narrow(() => {
      throw failed('linux/riscv64')
    })
    const { result, omitted, run: left } = await withoutFailedPlatforms(run, fails)
    expect(result).toBeUndefined()
    expect(omitted).toMatchObject([{ code: 'build-failed', message: 'Cannot build for linux/riscv64' }])
    expect(left.plan.build.platforms).toEqual([])
    expect(attempts).toHaveLength(1)
  }
  const one = await runFor('amd64, riscv64?', { platform: 'riscv64' })
  const unnamed = (code: ErrorCode) =>
    withoutFailedPlatforms(
      one.run,
      one.narrow(() => {
        throw new ActionError(code, 'Cannot build')
      }),
    )
  expect((await unnamed('build-failed')).omitted).toHaveLength(1)
  await expect(unnamed('registry-denied')).rejects.toThrow('Cannot build')
  await expect(unnamed('cancelled')).rejects.toThrow('Cannot build')
  const required = await runFor('amd64, riscv64?', { platform: 'amd64' })
  const fails = required.narrow(() => {
    throw failed('linux/amd64')
  })
  await expect(withoutFailedPlatforms(required.run, fails)).rejects.toThrow('Cannot build for linux/amd64')
})

test('a cancelled run is not repeated', async () => {
  const { run, attempts, narrow } = await runFor('amd64, riscv64?')
  const cancelled = { ...run, host: { ...run.host, signal: AbortSignal.abort() } }
  await expect(
    withoutFailedPlatforms(
      cancelled,
      narrow(() => {
        throw failed('linux/riscv64')
      }),
    ),
  ).rejects.toThrow('Cannot build for linux/riscv64')
  expect(attempts).toHaveLength(1)
})

test.each([
  ['amd64, riscv64?', ['linux/amd64', 'linux/riscv64'], ['linux/riscv64']],
  ['arm64?, arm64', ['linux/arm64'], []],
  ['arm64?, linux/arm64?', ['linux/arm64'], ['linux/arm64']],
  ['linux/arm/v7 ?', ['linux/arm/v7'], ['linux/arm/v7']],
])('reads %j', (platforms, all, optional) => {
  const inputs = inputsOf({ platforms, images: 'app', tags: '1' })
  expect(inputs.platforms.map(formatPlatform)).toEqual(all)
  expect(inputs.optionalPlatforms.map(formatPlatform)).toEqual(optional)
})

test.each(['?', 'linux/arm65?', 'linux/arm64??'])('rejects %j with its line', (platforms) => {
  expect(() => inputsOf({ platforms, images: 'app', tags: '1' })).toThrow(/platforms/)
})
