import { describe, expect, test } from 'vitest'
import {
  assignmentLines,
  assignNodes,
  type NodeOffer,
  nativeOf,
  nativeWarnings,
} from '../../../../src/engine/buildx/assign-nodes.ts'

const amd64 = ['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v3', 'linux/386']
/** The platforms of a machine with emulators. */
const emulating = [...amd64, 'linux/arm64', 'linux/s390x', 'linux/arm/v7', 'linux/arm/v6']

function offer(name: string, more: Partial<NodeOffer> = {}): NodeOffer {
  return { title: `node ${name}`, declared: [], reported: [], native: undefined, declaredBy: `\`${name}\``, ...more }
}

const chosen = (nodes: readonly NodeOffer[], platforms: readonly string[]) =>
  assignNodes(nodes, platforms)?.map(({ node }) => node.title.replace('node ', ''))

const intel = offer('intel', { reported: emulating, native: 'linux/amd64' })
const arm = offer('arm', { reported: ['linux/arm64', 'linux/arm/v7', 'linux/arm/v6'], native: 'linux/arm64' })

describe('assignNodes() selects like buildx', () => {
  test.each([
    {
      name: 'the first node that declares the platform, without knowing what the nodes report',
      nodes: [
        offer('a', { declared: ['linux/amd64'], reported: undefined }),
        offer('b', { declared: ['linux/arm64'], reported: undefined }),
        offer('c', { declared: ['linux/arm64'], reported: undefined }),
      ],
      platforms: ['linux/arm64', 'linux/amd64'],
      nodesOf: ['b', 'a'],
    },
    {
      name: 'nothing as long as one platform is not declared and a node is not started',
      nodes: [offer('a', { reported: undefined }), offer('b', { declared: ['linux/arm64'] })],
      platforms: ['linux/arm64', 'linux/amd64'],
      nodesOf: undefined,
    },
    {
      name: 'the first node that reports the platform, although it emulates it',
      nodes: [intel, arm],
      platforms: ['linux/amd64', 'linux/arm64'],
      nodesOf: ['intel', 'intel'],
    },
    {
      name: 'the first node that reports it even before one that declares it, if another platform is not declared',
      nodes: [intel, { ...arm, declared: ['linux/arm64'] }],
      platforms: ['linux/amd64', 'linux/arm64'],
      nodesOf: ['intel', 'intel'],
    },
    {
      name: 'the native node if it is the first',
      nodes: [arm, intel],
      platforms: ['linux/amd64', 'linux/arm64'],
      nodesOf: ['intel', 'arm'],
    },
    {
      name: 'an exact platform before a compatible one',
      nodes: [offer('64', { reported: ['linux/arm64'] }), offer('32', { reported: ['linux/arm/v6'] })],
      platforms: ['linux/arm/v6', 'linux/arm/v7', 'linux/arm64'],
      nodesOf: ['32', '64', '64'],
    },
    {
      name: 'the closest of the compatible platforms',
      nodes: [offer('64', { reported: ['linux/arm64'] }), offer('32', { reported: ['linux/arm/v7'] })],
      platforms: ['linux/arm/v5'],
      nodesOf: ['32'],
    },
    {
      name: 'the first node for a platform that none reports',
      nodes: [arm, intel],
      platforms: ['linux/riscv64'],
      nodesOf: ['arm'],
    },
    { name: 'nothing without nodes', nodes: [], platforms: ['linux/amd64'], nodesOf: undefined },
    {
      name: 'no node for a newer variant than it has',
      nodes: [arm, offer('old', { reported: ['linux/amd64', 'linux/386'] })],
      platforms: ['linux/amd64/v3', 'linux/386'],
      nodesOf: ['arm', 'old'],
    },
  ])('$name', ({ nodes, platforms, nodesOf }) => {
    expect(chosen(nodes, platforms)).toEqual(nodesOf)
  })
})

test('assignmentLines() states why a node builds a platform', () => {
  const nodes = [intel, arm, offer('fast', { reported: ['linux/arm/v7'] })]
  const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v5', 'linux/riscv64']
  expect(assignmentLines(assignNodes(nodes, platforms) ?? [])).toEqual([
    'linux/amd64: node intel, the first that reports it, native',
    'linux/arm64: node intel, the first that reports it, emulated',
    'linux/arm/v5: node intel, runs binaries of linux/arm/v6, emulated',
    'linux/riscv64: node intel, no node reports it, so the first is used, emulated',
  ])
  const declared = [offer('a', { declared: ['linux/s390x'], reported: undefined })]
  expect(assignmentLines(assignNodes(declared, ['linux/s390x']) ?? [])).toEqual([
    'linux/s390x: node a, declared for it',
  ])
})

describe('nativeWarnings()', () => {
  const warnings = (nodes: readonly NodeOffer[], platforms: readonly string[]) =>
    nativeWarnings(assignNodes(nodes, platforms) ?? [])
  const both = ['linux/amd64', 'linux/arm64']

  test('names the native node and both declarations if no node declares platforms', () => {
    expect(warnings([intel, arm], both)).toEqual([
      'linux/arm64 is emulated by node intel, although node arm runs it natively. Set `intel` to amd64, and add arm64 to `arm`.',
    ])
  })

  test('requires a declaration for the first node only if the native one declares the platform', () => {
    expect(warnings([intel, { ...arm, declared: ['linux/arm64'] }], both)).toEqual([
      'linux/arm64 is emulated by node intel, although node arm runs it natively. Set `intel` to amd64.',
    ])
  })

  test('requires a wrong declaration to be removed', () => {
    expect(
      warnings(
        [
          { ...intel, declared: both },
          { ...arm, declared: ['linux/arm64'] },
        ],
        both,
      ),
    ).toEqual(['linux/arm64 is emulated by node intel, although node arm runs it natively. Remove arm64 from `intel`.'])
  })

  test('reports nothing if no native node exists, or if it is used', () => {
    expect(warnings([intel], both)).toEqual([])
    expect(warnings([arm, intel], both)).toEqual([])
    expect(warnings([intel, offer('unknown', { reported: ['linux/arm64'] })], both)).toEqual([])
  })
})

test.each([
  { declared: [], reported: emulating, native: 'linux/amd64' },
  { declared: [], reported: [], native: undefined },
  { declared: ['linux/amd64'], reported: ['linux/arm64', 'linux/amd64/v2'], native: 'linux/arm64' },
  { declared: ['linux/arm64'], reported: ['linux/amd64', 'linux/amd64/v2', 'linux/386'], native: undefined },
])('nativeOf() of $declared and $reported is $native', ({ declared, reported, native }) => {
  expect(nativeOf(declared, reported)).toBe(native)
})
