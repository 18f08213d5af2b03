import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'
import { findRuns, planStages, rejectRuns, type Wanted } from '../../../../src/dockerfile/stages/stages.ts'

const plan = (text: string, wanted: Partial<Wanted> = {}) =>
  planStages(parseDockerfile(text, 'Dockerfile'), { globals: new Map(), contexts: [], ...wanted })

const several = [
  'ARG BASE=alpine',
  'FROM --platform=$BUILDPLATFORM $BASE AS build',
  'RUN make',
  'FROM build AS test',
  'RUN make test',
  'FROM scratch AS assets',
  'COPY . /',
  'FROM scratch',
  'COPY --from=build /a /',
  'COPY --from=2 /b /',
  'COPY --from=Assets /b /',
  'COPY --from=busybox:1 /c /',
].join('\n')
const globals = new Map([
  ['BASE', 'alpine'],
  ['BUILDPLATFORM', 'linux/amd64'],
])

describe('planStages()', () => {
  it('omits stages that the target does not need', () => {
    const { target, needed, stages } = plan(several, { globals })
    expect({ target, needed }).toEqual({ target: 3, needed: [0, 2, 3] })
    expect(stages[0]).toMatchObject({
      base: { kind: 'image', reference: 'docker.io/library/alpine:latest' },
      platform: { os: 'linux', architecture: 'amd64' },
    })
    expect([...(stages[3]?.from ?? [])]).toEqual([
      ['build', { kind: 'stage', index: 0 }],
      ['2', { kind: 'stage', index: 2 }],
      ['Assets', { kind: 'stage', index: 2 }],
      ['busybox:1', { kind: 'image', reference: 'docker.io/library/busybox:1' }],
    ])
  })

  it('finds the target by its name in any case', () => {
    expect(plan(several, { globals, target: 'ASSETS' })).toMatchObject({ target: 2, needed: [2] })
  })

  it.each(['asets', '1'])('rejects the target %s', (target) => {
    expect(() => plan(several, { globals, target })).toThrow(
      expect.objectContaining({ code: 'input-invalid', hint: expect.stringContaining('build, test, assets') }),
    )
  })

  it('uses build contexts for stages and images of their name', () => {
    const contexts = ['build', 'docker.io/library/busybox:1', 'scratch']
    const { stages, needed } = plan(several, { globals, contexts })
    expect(stages[0]).toMatchObject({ base: { kind: 'context', name: 'build' }, instructions: [] })
    expect(stages[2]).toMatchObject({ base: { kind: 'scratch' } })
    expect(stages[3]?.from.get('busybox:1')).toEqual({ kind: 'context', name: 'busybox:1' })
    expect(needed).toEqual([0, 2, 3])
  })

  it('inserts the ONBUILD of a stage before the instructions of a stage based on it', () => {
    const { stages, needed } = plan(
      'FROM scratch AS x\nFROM scratch AS a\nONBUILD COPY --from=x b c\nFROM a\nLABEL d=e',
    )
    expect(stages[2]?.instructions).toMatchObject([
      { kind: 'copy', line: 4 },
      { kind: 'label', line: 5 },
    ])
    expect(needed).toEqual([0, 1, 2])
  })

  it('recognizes a stage by its name only in later stages', () => {
    expect(plan('FROM a AS a\nFROM a AS a\nFROM a').stages.map(({ base }) => base)).toEqual([
      { kind: 'image', reference: 'docker.io/library/a:latest' },
      { kind: 'stage', index: 0 },
      { kind: 'stage', index: 1 },
    ])
  })

  it('reports all problems, by line', () => {
    expect(() => plan('FROM $x\nFROM UPPER/x\nFROM scratch\nCOPY --from=9 a b')).toThrow(
      /^3 problems.*Dockerfile:1: base name.*Dockerfile:2: failed to parse.*Dockerfile:4: invalid stage index 9$/s,
    )
  })
})

describe('rejectRuns()', () => {
  const runs = findRuns(plan(several, { globals }))

  it('names the RUN that the target needs, the reason, and the alternative', () => {
    expect(() => rejectRuns('Dockerfile', runs, 'No daemon.')).toThrow(
      expect.objectContaining({
        code: 'feature-missing',
        message: expect.stringMatching(/:\nDockerfile:3: RUN make$/),
        hint: 'Use an engine that supports RUN: buildx with Docker or Colima, podman, nerdctl, or `engine: kubernetes`. Or build the files in an earlier step and COPY them. No daemon.',
        place: { file: 'Dockerfile', line: 3 },
      }),
    )
  })

  it('accepts a target without RUN', () => {
    expect(rejectRuns('Dockerfile', findRuns(plan(several, { globals, target: 'assets' })), '')).toBeUndefined()
  })
})
