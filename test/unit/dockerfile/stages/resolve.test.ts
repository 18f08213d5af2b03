import { describe, expect, it } from 'vitest'
import {
  completeEnvironment,
  givenArguments,
  globalValues,
  stageValues,
  unusedBuildArguments,
} from '../../../../src/dockerfile/expand/arguments.ts'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'
import { resolveInstructions, type Surroundings } from '../../../../src/dockerfile/stages/resolve.ts'

const none: Surroundings = {
  file: 'Dockerfile',
  escapeMark: '\\',
  values: new Map(),
  globals: new Map(),
  buildArguments: new Map(),
}

function resolve(lines: string, surroundings: Partial<Surroundings> = {}) {
  const { stages } = parseDockerfile(`FROM scratch\n${lines}\n`, 'Dockerfile')
  return resolveInstructions(stages[0]?.instructions ?? [], { ...none, ...surroundings })
}

describe('resolveInstructions()', () => {
  it('replaces variables in the same places as BuildKit', () => {
    const { instructions } = resolve(
      [
        'ENV v=x',
        'COPY --chown=$v --chmod=6${v:+4}4 --from=$v --exclude=$v $v ${v}y',
        'ADD --checksum=$v https://$v /$v',
        'WORKDIR /$v',
        'USER $v',
        'VOLUME /$v',
        'STOPSIGNAL ${v:+TERM}',
        'CMD $v',
        'SHELL ["$v"]',
        'HEALTHCHECK CMD $v',
        'ONBUILD USER $v',
      ].join('\n'),
    )
    expect(instructions).toMatchObject([
      { kind: 'env' },
      { chown: 'x', chmod: '644', from: '$v', exclude: ['$v'], sources: ['x'], destination: 'xy' },
      { checksum: 'x', sources: ['https://x'], destination: '/x' },
      { path: '/x' },
      { user: 'x' },
      { paths: ['/x'] },
      { signal: 'TERM' },
      { command: { text: '$v' } },
      { shell: ['$v'] },
      { healthcheck: { test: ['CMD-SHELL', '$v'] } },
      { expression: 'USER $v' },
    ])
  })

  it('uses for ARG the given value, then its default, then ARG before FROM', () => {
    const { values, instructions } = resolve('ARG a=1 b=2 c d e=$a', {
      globals: new Map([
        ['b', 'global'],
        ['c', 'global'],
      ]),
      buildArguments: new Map([['a', '$given']]),
    })
    expect(Object.fromEntries(values)).toEqual({ a: '$given', b: '2', c: 'global', e: '$given' })
    expect(instructions).toMatchObject([{ arguments: [{}, {}, {}, { name: 'd' }, {}] }])
  })

  it('reports all problems of a stage, by line', () => {
    expect(() => resolve('EXPOSE a\nLABEL a=${b\nCOPY --chmod=9 a b')).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^3 problems.*:2: .*:3: .*:4: /s) }),
    )
  })
})

describe('globalValues()', () => {
  const platforms = {
    buildPlatform: { os: 'linux', architecture: 'amd64' },
    targetPlatform: { os: 'windows', architecture: 'arm', variant: 'v7', 'os.version': '10.0' },
  }
  const dockerfile = parseDockerfile('ARG A=$TARGETARCH-x B\nARG A=${A}y\nFROM scratch AS Last', 'Dockerfile')

  it('contains the platforms, the target and ARG before FROM', () => {
    const values = globalValues(dockerfile, { ...platforms, buildArguments: new Map([['TARGETARCH', 'mine']]) })
    expect(Object.fromEntries(values)).toMatchObject({
      BUILDPLATFORM: 'linux/amd64',
      BUILDVARIANT: '',
      TARGETPLATFORM: 'windows(10.0)/arm/v7',
      TARGETOS: 'windows',
      TARGETOSVERSION: '10.0',
      TARGETARCH: 'mine',
      TARGETVARIANT: 'v7',
      TARGETSTAGE: 'last',
      A: 'mine-xy',
    })
    expect(values.has('B')).toBe(false)
  })

  it('rejects an invalid default, with its line', () => {
    const wrong = parseDockerfile('ARG a\nARG b=${a:?}\nFROM scratch', 'Dockerfile')
    expect(() => globalValues(wrong, { ...platforms, buildArguments: new Map() })).toThrow(
      expect.objectContaining({ place: { file: 'Dockerfile', line: 2 } }),
    )
  })

  it('ignores arguments that no ARG declares: unusedBuildArguments() reports them', () => {
    const given = ['A', 'HTTP_PROXY', 'no_proxy', 'SOURCE_DATE_EPOCH', 'BUILDKIT_INLINE_CACHE', 'TARGETOS', 'SLIP']
    expect(unusedBuildArguments(dockerfile, new Map(given.map((name) => [name, ''])))).toEqual(['SLIP'])
  })
})

describe('givenArguments()', () => {
  it.each([
    { name: 'an argument without a value from the environment', given: { A: null, B: null }, is: { A: 'env' } },
    { name: 'SOURCE_DATE_EPOCH from the environment without being named', epoch: '7', is: { SOURCE_DATE_EPOCH: '7' } },
    {
      name: "the given SOURCE_DATE_EPOCH before the environment's",
      epoch: '7',
      given: { SOURCE_DATE_EPOCH: '' },
      is: { SOURCE_DATE_EPOCH: '' },
    },
    { name: 'nothing from an empty SOURCE_DATE_EPOCH', epoch: '', is: {} },
  ])('accepts $name', ({ given = {}, epoch, is }) => {
    const env = { A: 'env', ...(epoch === undefined ? {} : { SOURCE_DATE_EPOCH: epoch }) }
    expect(Object.fromEntries(givenArguments(given, env))).toEqual(is)
  })
})

describe('stageValues()', () => {
  it('applies the environment of the base over its variables, including ARG', () => {
    const values = stageValues(
      new Map([
        ['a', 'arg'],
        ['b', 'arg'],
      ]),
      completeEnvironment(['a=env=1'], 'linux'),
    )
    expect(Object.fromEntries(values)).toEqual({ a: 'env=1', b: 'arg', PATH: expect.stringContaining('/usr/bin') })
  })

  it('sets PATH, but not on Windows', () => {
    expect(completeEnvironment(['PATH=x'], 'linux')).toEqual(['PATH=x'])
    expect(completeEnvironment([], 'windows')).toEqual([])
  })
})
