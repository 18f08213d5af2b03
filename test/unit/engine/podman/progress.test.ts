import { expect, test } from 'vitest'
import { createPodmanProgress } from '../../../../src/engine/podman/progress.ts'

function progressOf(lines: readonly string[], errors: readonly string[] = []) {
  let now = 0
  const progress = createPodmanProgress(() => undefined, {
    platform: 'linux/arm64',
    clock: { now: () => new Date(now), sleep: async () => undefined },
    stageName: (stage, count) => (count === 1 ? undefined : `s${stage}`),
  })
  for (const line of lines) {
    now += 100
    progress.onStdout(line)
  }
  for (const line of errors) progress.onStderr(line)
  return progress
}

test('createPodmanProgress() times the steps, and knows those of the cache', () => {
  const progress = progressOf([
    '[1/2] STEP 1/2: FROM a AS s1',
    '[1/2] STEP 2/2: RUN make',
    'output',
    '--> 0cd0a2e4bc5',
    '[2/2] STEP 1/1: FROM a',
    '--> Using cache 9aafebb1fd80873d46a2e35acec4aabc6c1be8a43bb886412d39061e18fdee4a',
    '[2/2] COMMIT localhost/x:1',
  ])
  expect(progress.steps()).toEqual(
    [
      { name: '[linux/arm64 s1 1/2] FROM a AS s1', milliseconds: 100, cached: false, span: { from: 100, to: 200 } },
      { name: '[linux/arm64 s1 2/2] RUN make', milliseconds: 300, cached: false, span: { from: 200, to: 500 } },
      { name: '[linux/arm64 s2 1/1] FROM a', milliseconds: 200, cached: true, span: { from: 500, to: 700 } },
    ].map((step) => ({ ...step, platform: 'linux/arm64' })),
  )
  expect(progress.running()).toEqual([])
})

test('createPodmanProgress() returns the step that failed, its last lines, and the error', () => {
  const progress = progressOf(
    ['STEP 1/2: FROM a', 'STEP 2/2: RUN make', ...Array.from({ length: 20 }, (_, at) => `line ${at}`)],
    ['err', 'Error: building at STEP "RUN make": while running runtime: exit status 3', 'more'],
  )
  expect(progress.last()).toMatchObject({ stage: 1, number: 2, text: 'RUN make' })
  expect(progress.last()?.output).toHaveLength(15)
  expect(progress.last()?.output.at(-1)).toBe('err')
  expect(progress.error()).toBe('building at STEP "RUN make": while running runtime: exit status 3\nmore')
  expect(progress.running()).toEqual([{ name: '[linux/arm64 2/2] RUN make', since: 200 }])
})
