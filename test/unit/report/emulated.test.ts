import { expect, test } from 'vitest'
import { globalValues } from '../../../src/dockerfile/expand/arguments.ts'
import { parseDockerfile } from '../../../src/dockerfile/read/parse.ts'
import { planStages } from '../../../src/dockerfile/stages/stages.ts'
import type { Step } from '../../../src/engine/built.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { describeEmulation, emulatedRuns, summarizeEmulation } from '../../../src/report/emulated.ts'
import type { Reading } from '../../../src/source/needed-stages.ts'

const buildPlatform = parsePlatform('amd64')

function readingOf(text: string, platforms: readonly string[]): Reading {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  return {
    dockerfile,
    platforms: platforms.map(parsePlatform).map((targetPlatform) => {
      const globals = globalValues(dockerfile, { buildPlatform, targetPlatform, buildArguments: new Map() })
      return { platform: targetPlatform, globals, stages: planStages(dockerfile, { globals, contexts: [] }) }
    }),
  }
}

function step(name: string, platform?: string, more: Partial<Step> = {}): Step {
  return { name, platform, cached: false, milliseconds: 1500, ...more }
}

const several = `FROM a AS builder
ARG N
WORKDIR /w
RUN echo $N > a
RUN <<EOF
uname -m
EOF
FROM --platform=$BUILDPLATFORM a AS tool
RUN echo b > /b
FROM a
COPY --from=builder /w /w
COPY --from=tool /b /b
RUN uname -m > /m
`

// The names of the steps are those of BuildKit, recorded.
test.each([
  {
    name: 'of two platforms, those on the foreign one',
    platforms: ['arm64', 'amd64'],
    steps: [
      step('[linux/arm64 builder 1/4] FROM a', 'linux/arm64'),
      step('[linux/amd64 tool 2/2] RUN echo b > /b', 'linux/amd64'),
      step('[linux/arm64 builder 2/4] WORKDIR /w', 'linux/arm64'),
      step('[linux/arm64 builder 3/4] RUN echo 13558 > a', 'linux/arm64'),
      step('[linux/amd64 builder 3/4] RUN echo 13558 > a', 'linux/amd64'),
      step('[linux/arm64 builder 4/4] RUN <<EOF (uname -m)', 'linux/arm64'),
      step('[linux/arm64 stage-2 4/4] RUN uname -m > /m', 'linux/arm64'),
    ],
    lines: ['linux/arm64 4', 'linux/arm64 5', 'linux/arm64 13'],
  },
  {
    name: 'of one platform, whose steps do not name it',
    platforms: ['arm64'],
    steps: [step('[builder 3/4] RUN echo 1 > a'), step('[tool 2/2] RUN echo b > /b'), step('[stage-2 4/4] RUN uname')],
    lines: ['linux/arm64 4', 'linux/arm64 13'],
  },
  {
    name: 'of the classic store, whose call names the platform of all steps',
    platforms: ['amd64', 's390x'],
    steps: [step('[builder 3/4] RUN echo 1 > a', 'linux/s390x'), step('[tool 2/2] RUN echo b > /b', 'linux/s390x')],
    lines: ['linux/s390x 4'],
  },
  {
    name: 'no cached steps',
    platforms: ['arm64'],
    steps: [step('[builder 3/4] RUN echo 1 > a', undefined, { cached: true })],
    lines: [],
  },
  {
    name: 'no steps that run on one platform for another',
    platforms: ['arm64', 'amd64'],
    steps: [step('[linux/amd64->arm64 tool 2/2] RUN echo b > /b', 'linux/arm64')],
    lines: [],
  },
  {
    name: 'none of several platforms that cannot be distinguished',
    platforms: ['arm64', 'amd64'],
    steps: [step('[builder 3/4] RUN echo 1 > a')],
    lines: [],
  },
])('emulatedRuns() finds $name', ({ platforms, steps, lines }) => {
  const found = emulatedRuns(steps, readingOf(several, platforms), ['linux/amd64'])
  expect(found.map(({ platform, line }) => `${platform} ${line}`)).toEqual(lines)
})

test.each([
  { name: 'a file of one stage, with numbers aligned', text: 'FROM a\nRUN x\n', step: '[ 2/2] RUN x', line: 2 },
  { name: 'a stage over scratch', text: 'FROM scratch\nCOPY a b\nRUN x\n', step: '[2/2] RUN x', line: 3 },
  {
    name: 'WORKDIR / before it, which has no number',
    text: 'FROM a\nWORKDIR /\nRUN x\n',
    step: '[2/3] RUN x',
    line: 3,
  },
  { name: 'WORKDIR / after it', text: 'FROM a\nRUN x\nWORKDIR /\n', step: '[2/3] RUN x', line: 2 },
  { name: 'two ONBUILD of the base image', text: 'FROM a\nRUN x\nRUN y\n', step: '[5/5] RUN y', line: 3 },
  { name: 'a stage based on another', text: 'FROM a AS b\nFROM b\nRUN x\n', step: '[stage-1 1/1] RUN x', line: 3 },
])('emulatedRuns() finds the line in $name', ({ text, step: name, line }) => {
  const found = emulatedRuns([step(name)], readingOf(text, ['arm64']), ['linux/amd64'])
  expect(found.map((run) => run.line)).toEqual([line])
})

test('emulatedRuns() finds none if the nodes are unknown or one of them is native', () => {
  const reading = readingOf(several, ['arm64'])
  const steps = [step('[builder 3/4] RUN echo 1 > a')]
  expect(emulatedRuns(steps, reading, [])).toEqual([])
  expect(emulatedRuns(steps, reading, ['linux/amd64', 'linux/arm64'])).toEqual([])
})

const runs = [
  { platform: 'linux/arm64', line: 3, text: 'RUN make', milliseconds: 61_000 },
  { platform: 'linux/arm64', line: 5, text: 'RUN echo `x` | y', milliseconds: 500 },
  { platform: 'linux/s390x', line: 3, text: 'RUN make', milliseconds: 90_000 },
]
const advice =
  'To run linux/arm64, linux/s390x without an emulator: build on a native runner (`runs-on: ubuntu-24.04-arm` for linux/arm64) or node, or cross-compile in a stage that begins with `FROM --platform=$BUILDPLATFORM`.'

test('describeEmulation() names each line, the time of each platform, and how to avoid it', () => {
  expect(describeEmulation(runs, 'Dockerfile')).toEqual([
    'Emulated for linux/arm64, 61.0 s: Dockerfile:3: RUN make',
    'Emulated for linux/arm64, 0.5 s: Dockerfile:5: RUN echo `x` | y',
    'Emulated for linux/s390x, 90.0 s: Dockerfile:3: RUN make',
    'Emulation of linux/arm64 took 61.5 s in all',
    'Emulation of linux/s390x took 90.0 s in all',
    advice,
  ])
  expect(describeEmulation([], 'Dockerfile')).toEqual([])
})

test('summarizeEmulation() is a table that no command can break', () => {
  expect(summarizeEmulation(runs.slice(1), 'Dockerfile')).toEqual([
    '| Emulated | Line | Instruction | Time |',
    '| --- | --- | --- | --- |',
    '| `linux/arm64` | `Dockerfile:5` | ``RUN echo `x` \\| y`` | 0.5 s |',
    '| `linux/s390x` | `Dockerfile:3` | `RUN make` | 90.0 s |',
    '',
    advice,
    '',
  ])
  expect(summarizeEmulation([], 'Dockerfile')).toEqual([])
})
