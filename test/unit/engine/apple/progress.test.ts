import { expect, test } from 'vitest'
import { createPlainProgress } from '../../../../src/engine/apple/progress.ts'
import { createFakeClock } from '../../../support/clock.ts'

const lines = [
  '#1 [internal] load build definition from Dockerfile',
  '#1 transferring dockerfile: 32B done',
  '#1 DONE 0.0s',
  '',
  '#5 [2/3] COPY a /',
  '#5 CACHED',
  '',
  '#6 [3/3] RUN make',
  '#6 0.112 gcc',
  '#6 0.113 gcc: fatal error',
  '#6 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 1',
  '#7 [other 1/1] RUN sleep 9',
  '------',
]

test('reads steps, the failed one with its output, and lines of no step', () => {
  const printed: string[] = []
  const progress = createPlainProgress((line) => printed.push(line), {
    platform: 'linux/arm64',
    clock: createFakeClock(),
  })
  for (const line of lines) progress.line(line)
  expect(printed).toEqual(lines)
  expect(progress.steps()).toMatchObject([
    { name: '[internal] load build definition from Dockerfile', platform: 'linux/arm64', cached: false },
    { name: '[2/3] COPY a /', cached: true },
    { name: '[3/3] RUN make', cached: false },
    { name: '[other 1/1] RUN sleep 9' },
  ])
  expect(progress.failed()).toEqual({
    name: '[3/3] RUN make',
    platform: 'linux/arm64',
    error: 'process "/bin/sh -c make" did not complete successfully: exit code: 1',
    output: ['gcc', 'gcc: fatal error'],
  })
  expect(progress.running()).toMatchObject([{ name: '[other 1/1] RUN sleep 9' }])
  expect(progress.messages()).toEqual(['------'])
})
