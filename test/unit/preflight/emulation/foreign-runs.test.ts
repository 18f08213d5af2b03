import { expect, test } from 'vitest'
import { globalValues } from '../../../../src/dockerfile/expand/arguments.ts'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'
import { planStages } from '../../../../src/dockerfile/stages/stages.ts'
import { formatPlatform, parsePlatform } from '../../../../src/oci/platform.ts'
import { foreignImages, foreignRuns, joinForeign } from '../../../../src/preflight/emulation/foreign-runs.ts'

const buildPlatform = parsePlatform('amd64')

/** `platform lines` for each platform that needs an emulator. */
function foreign(text: string, platforms: readonly string[], natives: readonly string[] = ['linux/amd64']) {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const read = platforms.map(parsePlatform).map((targetPlatform) => {
    const globals = globalValues(dockerfile, { buildPlatform, targetPlatform, buildArguments: new Map() })
    return { platform: targetPlatform, globals, stages: planStages(dockerfile, { globals, contexts: [] }) }
  })
  return foreignRuns({ platforms: read }, natives).map(({ platform, runs }) => {
    return `${formatPlatform(platform)} ${runs.map(({ line }) => line).join()}`
  })
}

test.each([
  { name: 'RUN on the target platform', text: 'FROM a\nRUN x\nRUN y\n', is: ['linux/arm64 2,3'] },
  { name: 'no RUN', text: 'FROM a\nCOPY x /\n', is: [] },
  { name: 'a stage on the build platform', text: 'FROM --platform=$BUILDPLATFORM a\nRUN x\n', is: [] },
  {
    name: 'a stage on the build platform, copied from',
    text: 'FROM --platform=$BUILDPLATFORM a AS b\nRUN x\nFROM a\nCOPY --from=b /x /\n',
    is: [],
  },
  { name: 'a stage that is not needed', text: 'FROM a AS b\nRUN x\nFROM a\n', is: [] },
  {
    name: 'a stage that is copied from',
    text: 'FROM a AS b\nRUN x\nFROM c\nCOPY --from=b / /\n',
    is: ['linux/arm64 2'],
  },
  {
    name: 'a stage that is mounted',
    text: 'FROM a AS b\nRUN x\nFROM c\nRUN --mount=from=b y\n',
    is: ['linux/arm64 2,4'],
  },
  { name: 'a stage with a fixed platform', text: 'FROM --platform=s390x a\nRUN x\n', is: ['linux/s390x 2'] },
  { name: 'ONBUILD of a stage', text: 'FROM a AS b\nONBUILD RUN x\nFROM b\nCOPY y /\n', is: ['linux/arm64 3'] },
  {
    name: 'a stage that a platform selects by its name',
    text: 'ARG TARGETARCH\nFROM a AS for-amd64\nRUN x\nFROM a AS for-arm64\nCOPY y /\nFROM for-$TARGETARCH\n',
    is: [],
  },
])('foreignRuns() of amd64 and arm64 on amd64: $name', ({ text, is }) => {
  expect(foreign(text, ['amd64', 'arm64'])).toEqual(is)
})

test.each([
  { name: '32-bit programs on amd64', platforms: ['386', 'amd64/v3'], natives: ['linux/amd64'], is: [] },
  { name: '32-bit programs on arm64', platforms: ['arm/v7', 'arm/v6'], natives: ['linux/arm64'], is: [] },
  {
    name: 'two nodes',
    platforms: ['amd64', 'arm64', 'riscv64'],
    natives: ['linux/amd64', 'linux/arm64'],
    is: ['linux/riscv64 2'],
  },
  { name: 'unknown nodes', platforms: ['riscv64'], natives: [], is: [] },
  {
    name: 'two variants',
    platforms: ['arm/v6', 'arm/v7'],
    natives: ['linux/amd64'],
    is: ['linux/arm/v6 2', 'linux/arm/v7 2'],
  },
])('foreignRuns() determines the native platforms: $name', ({ platforms, natives, is }) => {
  expect(foreign('FROM a\nRUN x\n', platforms, natives)).toEqual(is)
})

test("foreignImages() returns the images that the daemon's machine does not run natively", () => {
  const images = foreignImages(['386', 'amd64', 'arm64'].map(parsePlatform), { os: 'linux', architecture: 'amd64' })
  expect(images).toEqual([{ platform: parsePlatform('arm64'), runs: [], smokeTested: true }])
})

test('joinForeign() returns each platform once, with its steps', () => {
  const one = (platform: string, smokeTested: boolean) => ({ platform: parsePlatform(platform), runs: [], smokeTested })
  const joined = joinForeign([one('arm64', false), one('s390x', false)], [one('arm64', true), one('riscv64', true)])
  expect(joined).toEqual([one('arm64', true), one('s390x', false), one('riscv64', true)])
})
