import { expect, test } from 'vitest'
import { globalValues } from '../../../../src/dockerfile/expand/arguments.ts'
import { describeTarget } from '../../../../src/dockerfile/outline/describe-target.ts'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'
import { planStages } from '../../../../src/dockerfile/stages/stages.ts'

// test/e2e/call.test.ts compares the result with BuildKit.

function outline(text: string, target?: string) {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const platform = { os: 'linux', architecture: 'amd64' }
  const wanted = target === undefined ? {} : { target }
  const buildArguments = new Map<string, string>()
  const globals = globalValues(dockerfile, { buildPlatform: platform, targetPlatform: platform, buildArguments })
  const stages = planStages(dockerfile, { globals, contexts: [], ...wanted })
  return describeTarget(dockerfile, { text, globals, stages, buildArguments })
}

test('describeTarget() lists what the target and the stages that it needs accept', () => {
  const text = [
    'ARG TAG=1',
    'ARG BASE=scratch',
    'ARG UNUSED',
    'FROM $BASE AS a',
    'ARG TAG',
    'RUN --mount=type=secret,id=npm --mount=type=ssh true',
    'FROM scratch AS not-needed',
    'ARG OTHER',
    'FROM a',
    'ARG TARGETARCH',
    'ARG NAME=app-$TAG',
  ].join('\n')
  const { args, secrets, ssh, name } = outline(text)
  expect(name).toBeUndefined()
  expect(args?.map((one) => [one.name, one.value, one.location.ranges[0].start.line])).toEqual([
    ['TAG', '1', 1],
    ['BASE', 'scratch', 2],
    ['NAME', 'app-1', 11],
  ])
  expect(secrets).toEqual([{ name: 'npm', location: { ranges: [{ start: { line: 6 }, end: { line: 6 } }] } }])
  expect(ssh?.map((one) => one.name)).toEqual(['default'])
  expect(outline(text, 'not-needed')).toMatchObject({ name: 'not-needed', args: [{ name: 'OTHER' }] })
})
