import { expect, test } from 'vitest'
import { globalValues } from '../../../src/dockerfile/expand/arguments.ts'
import { parseDockerfile } from '../../../src/dockerfile/read/parse.ts'
import { planStages } from '../../../src/dockerfile/stages/stages.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { originsOf } from '../../../src/verify/origin.ts'

const amd64 = parsePlatform('amd64')

function stagesOf(text: string) {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const globals = globalValues(dockerfile, {
    buildPlatform: amd64,
    targetPlatform: amd64,
    buildArguments: new Map(),
  })
  return planStages(dockerfile, { globals, contexts: [] })
}

const lines = (origins: ReturnType<typeof originsOf>) => origins.map((origin) => origin?.line)

test('originsOf() maps each layer to its line, and layers of the base to none', () => {
  const stages = stagesOf('FROM base AS a\nENV A=b\nRUN make\nFROM a\nLABEL x=y\nCOPY app /\nADD b /\n')
  const history = [
    { created_by: '/bin/sh -c #(nop) ADD file:1 in / ' },
    { created_by: 'ENV A=b', empty_layer: true },
    { created_by: 'RUN /bin/sh -c make # buildkit' },
    { created_by: 'LABEL x=y', empty_layer: true },
    { created_by: 'COPY app / # buildkit' },
    { created_by: 'ADD b / # buildkit' },
  ]
  expect(lines(originsOf(history, 4, stages))).toEqual([undefined, 3, 6, 7])
  expect(originsOf(history, 4, stages)[2]?.text).toBe('COPY app /')
})

test('originsOf() skips WORKDIR without a layer', () => {
  const stages = stagesOf('FROM scratch\nCOPY a /\nWORKDIR /\nCOPY b /\n')
  const history = [{ created_by: 'COPY a / # buildkit' }, { created_by: 'COPY b / # buildkit' }]
  expect(lines(originsOf(history, 2, stages))).toEqual([2, 4])
})

test.each([
  { name: 'nothing without the Dockerfile', stages: undefined, history: [{ created_by: 'COPY a /' }] },
  { name: 'nothing if the history is incomplete', stages: stagesOf('FROM scratch\nCOPY a /\n'), history: [] },
  {
    name: 'nothing if the history does not match',
    stages: stagesOf('FROM scratch\nCOPY a /\n'),
    history: [{ created_by: 'bazel build' }],
  },
])('originsOf() returns $name', ({ stages, history }) => {
  expect(originsOf(history, 1, stages)).toEqual([undefined])
})
