import { describe, expect, test } from 'vitest'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'
import { findCacheMounts } from '../../../../src/engine/buildkit/cache-mounts/find-cache-mounts.ts'
import { mountsDockerfile, readMountLine } from '../../../../src/engine/buildkit/cache-mounts/mounts-dockerfile.ts'
import { parsePlatform } from '../../../../src/oci/platform.ts'
import { planPlatforms } from '../../../../src/source/needed-stages.ts'

const [amd64, arm64] = [parsePlatform('amd64'), parsePlatform('arm64')]

/** Returns the mounts of a Dockerfile for amd64 and arm64, built on amd64. */
function find(text: string, more: { readonly target?: string; readonly natives?: readonly string[] } = {}) {
  const platforms = [amd64, arm64]
  const spec = { buildArgs: { GIVEN: 'given' }, target: more.target, platforms, contexts: [] }
  const reading = planPlatforms(parseDockerfile(text, 'Dockerfile'), spec as never, { buildPlatform: amd64, env: {} })
  const buildArguments = new Map([['GIVEN', 'given']])
  return findCacheMounts(reading, { platforms, natives: more.natives ?? ['linux/amd64'], buildArguments })
}

const idsOf = (text: string) => find(text)?.mounts.map(({ id, options }) => [id, ...options].join(' '))
const use = (attributes: string) => `FROM alpine\nRUN --mount=type=cache,${attributes} true\n`

describe('findCacheMounts()', () => {
  test.each([
    { what: 'the ID', text: use('id=npm,target=/x'), ids: ['npm'] },
    { what: 'the cleaned target', text: use('target=/root//.npm/'), ids: ['/root/.npm'] },
    {
      what: 'a relative target as it is written',
      text: `FROM alpine\nWORKDIR /w\n${use('dst=cache')}`,
      ids: ['cache'],
    },
    {
      what: 'owner and mode',
      text: use('id=a,target=/x,uid=5,mode=0700,sharing=locked'),
      ids: ['a mode=0700 sharing=locked uid=5'],
    },
    {
      what: 'an ID of each platform',
      text: 'FROM alpine\nARG TARGETARCH\nRUN --mount=type=cache,id=a-$TARGETARCH,target=/x true',
      ids: ['a-amd64', 'a-arm64'],
    },
    {
      what: 'values of ARG and ENV',
      text: 'FROM alpine\nARG GIVEN\nENV E=e\nRUN --mount=type=cache,id=$GIVEN-${E},target=/x true',
      ids: ['given-e'],
    },
    {
      what: 'values of the stage below',
      text: `FROM alpine AS a\nENV E=e\nFROM a\nRUN --mount=type=cache,id=$E,target=/x true`,
      ids: ['e'],
    },
    {
      what: 'each mount once, with the sharing of its first use',
      text: `${use('id=a,target=/x,sharing=private')}RUN --mount=type=cache,id=a,target=/y true`,
      ids: ['a sharing=private'],
    },
    { what: 'not a variable of the base image', text: use('target=$GOPATH/pkg'), ids: undefined },
    { what: 'not a mount with content from elsewhere', text: use('target=/x,from=alpine'), ids: undefined },
    { what: 'not a read-only mount', text: use('target=/x,ro'), ids: undefined },
    {
      what: 'not an ID that needs quotes',
      text: use('id=a b,target=/x').replace('id=a b', '"id=a b"'),
      ids: undefined,
    },
    {
      what: 'not a mount of scratch, which has no shell',
      text: 'FROM scratch\nCOPY sh /bin/sh\nRUN --mount=type=cache,target=/x true',
      ids: undefined,
    },
    {
      what: 'not other mounts',
      text: 'FROM alpine\nRUN --mount=type=bind,target=/x --mount=type=tmpfs,target=/y true',
      ids: undefined,
    },
  ])('finds $what', ({ text, ids }) => {
    expect(idsOf(text)).toEqual(ids)
  })

  test('only finds mounts of stages that the target needs', () => {
    const text = `FROM alpine AS a\nRUN --mount=type=cache,id=a,target=/x true\nFROM alpine AS b\nRUN --mount=type=cache,id=b,target=/x true\n`
    expect(find(text, { target: 'a' })?.mounts).toEqual([{ id: 'a', options: [] }])
  })

  test('copies with a base image that runs natively and whose RUN starts a shell', () => {
    const text = `FROM --platform=$TARGETPLATFORM debian AS a
RUN ["true"]
RUN --mount=type=cache,id=a,target=/x ["true"]
FROM a AS b
RUN --mount=type=cache,id=b,target=/x true
FROM golang
COPY --from=b / /
RUN --mount=type=cache,id=c,target=/x ["true"]`
    expect(find(text)?.tools).toEqual({ name: 'docker.io/library/debian:latest', platform: amd64 })
    expect(find(text, { natives: ['linux/arm64'] })?.tools.platform).toEqual(arm64)
    expect(find(text)?.mounts.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  test('keeps a bounded number of mounts', () => {
    const many = Array.from({ length: 300 }, (_, at) => `--mount=type=cache,target=/x${at}`).join(' ')
    expect(find(`FROM alpine\nRUN ${many} true`)?.mounts).toHaveLength(100)
  })
})

describe('mountsDockerfile()', () => {
  const found = {
    mounts: [{ id: '/root/.npm', options: ['mode=0700', 'uid=5'] }],
    tools: { name: 'alpine', platform: amd64 },
  }
  const text = mountsDockerfile(found)

  test('is valid, without network, and only the saved content is in the stage that is stored', () => {
    const { stages } = parseDockerfile(text, 'Dockerfile')
    // A named context of the user's build replaces a stage with its name.
    expect(stages.map(({ name }) => name)).toEqual([
      'polyarch-tools',
      'polyarch-pointing',
      'polyarch-pointer',
      'polyarch-collected',
      'polyarch-saved',
      'polyarch-noted',
      'polyarch-restored',
    ])
    const runs = stages.flatMap(({ instructions }) => instructions.filter(({ kind }) => kind === 'run'))
    expect(runs).toHaveLength(4)
    expect(runs.every((run) => run.text.startsWith('RUN --network=none '))).toBe(true)
    expect(text).toContain('--mount=type=cache,id=/root/.npm,target=/polyarch/mounts/0,mode=0700,uid=5 ')
    expect(stages[4]).toMatchObject({ base: 'scratch', instructions: [{ kind: 'copy', from: 'polyarch-collected' }] })
  })

  test('the pointer of other mounts is another step', () => {
    const other = mountsDockerfile({ ...found, mounts: [{ id: 'b', options: [] }] })
    const pointing = (one: string) => one.split('\n')[3]
    expect(pointing(text)).toContain('/polyarch-pointer')
    expect(pointing(other)).not.toBe(pointing(text))
  })

  test('the step that no-cache executes has no cache mount, which BuildKit would delete', () => {
    expect(text.split('\n')[3]).not.toContain('type=cache')
  })
})

test.each([
  { line: '#12 polyarch-mount saved 3 1024', read: { what: 'saved', index: 3, size: 1048576 } },
  { line: '#12 polyarch-mount large 0 4', read: { what: 'large', index: 0, size: 4096 } },
  { line: '#12 [x] RUN polyarch-mount saved 3 1024', read: undefined },
  { line: '#12 polyarch-mount removed 3 1', read: undefined },
])('readMountLine() reads $line', ({ line, read }) => {
  expect(readMountLine(line)).toEqual(read)
})
