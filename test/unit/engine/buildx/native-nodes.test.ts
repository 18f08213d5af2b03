import { describe, expect, test } from 'vitest'
import type { BuildxSpec } from '../../../../src/engine/buildx/plan.ts'
import { makePlan } from '../../../../src/plan/make-plan.ts'
import { builderOf, factsOf, inputsOf } from '../../../support/plan.ts'

function plan(given: Parameters<typeof inputsOf>[0], clusterArchitectures?: readonly string[]) {
  const facts = factsOf(clusterArchitectures && { clusterArchitectures })
  const { engine } = makePlan(inputsOf({ engine: 'kubernetes', ...given }), facts)
  const { builder } = engine.spec as BuildxSpec
  if (builder.kind !== 'create') throw new Error('no builder is created')
  const nodes = [builder, ...builder.append].map(({ platforms, driverOpts }) => ({
    platforms: platforms.map(({ architecture, variant }) => architecture + (variant ?? '')).join(),
    options: driverOpts.join(' '),
  }))
  return { engine, nodes }
}

const amd64 = { platforms: 'amd64', options: 'nodeselector=kubernetes.io/arch=amd64' }
const arm64 = { platforms: 'arm64', options: 'nodeselector=kubernetes.io/arch=arm64' }

describe('engine: kubernetes', () => {
  test('is the driver kubernetes under a name of its own', () => {
    const { engine, nodes } = plan({ platforms: 'amd64, arm64', push: 'true', images: 'ghcr.io/a/b' })
    expect(engine).toMatchObject({
      name: 'kubernetes',
      because: expect.stringContaining('driver kubernetes: selected by the `engine` input'),
      method: { name: 'digest' },
      traits: { natives: [], kernel: 'elsewhere' },
    })
    expect(nodes).toEqual([{ platforms: '', options: '' }])
    expect(plan({ engine: 'k8s' }).engine.name).toBe('kubernetes')
  })

  test('has a native node for each architecture of the cluster that is built for', () => {
    const { engine, nodes } = plan({ platforms: 'amd64, arm64, riscv64' }, ['amd64', 'arm64', 's390x'])
    expect(nodes).toEqual([amd64, arm64])
    expect(engine.traits).toMatchObject({ natives: ['linux/amd64', 'linux/arm64'], caches: 'by-platform' })
    expect(engine.because).toContain('amd64 nodes build linux/amd64, arm64 nodes build linux/arm64')
    expect(plan({ platforms: 'arm64' }, ['amd64', 'arm64']).nodes).toEqual([arm64])
  })

  test('has one node where all nodes of the cluster are alike', () => {
    const { engine, nodes } = plan({ platforms: 'amd64, arm64' }, ['arm64'])
    expect(nodes).toEqual([{ platforms: '', options: '' }])
    expect(engine.traits.natives).toEqual(['linux/arm64'])
  })

  test('adds the architecture to the node selector and the other options', () => {
    const options = 'namespace=builds\nlabels=team=a,tier=b\nnodeselector=pool=ci'
    const [first] = plan({ platforms: 'amd64, arm64', 'driver-opts': options }, ['amd64', 'arm64']).nodes
    expect(first?.options).toBe(
      'namespace=builds "labels=team=a,tier=b" "nodeselector=pool=ci,kubernetes.io/arch=amd64"',
    )
  })

  test('runs smoke tests beside the builder: same context, namespace and taints', () => {
    const { engine } = plan({ endpoint: 'prod', 'driver-opts': 'namespace=b,tolerations=key=p,operator=Exists' })
    expect(engine.traits.containers?.spec).toEqual({
      ...{ context: 'prod', namespace: 'b' },
      tolerations: [{ key: 'p', operator: 'Exists' }],
    })
  })

  test.each([{ 'driver-opts': 'nodeselector=kubernetes.io/arch=arm64' }, { 'node-platforms': 'amd64' }])(
    'leaves nodes that the user describes as they are: %o',
    (given) => {
      expect(plan({ platforms: 'amd64, arm64', ...given }, ['amd64', 'arm64']).nodes).toHaveLength(1)
    },
  )

  test('takes nodes without an endpoint, and two of the same context', () => {
    const append = `- platforms: arm64
  driver-opts: [nodeselector=kubernetes.io/arch=arm64]
- endpoint: prod
  platforms: s390x`
    expect(plan({ append, endpoint: 'prod' }).nodes).toHaveLength(3)
  })

  test('refuses another driver, and a builder that is not in a cluster', () => {
    expect(() => plan({ driver: 'remote', endpoint: 'tcp://a:1' })).toThrow(
      /engine: kubernetes uses the driver kubernetes/,
    )
    const facts = factsOf({ builder: builderOf({ name: 'b', driver: 'docker-container' }) })
    expect(() => makePlan(inputsOf({ engine: 'kubernetes', builder: 'b' }), facts)).toThrow(
      /the builder b has the driver docker-container/,
    )
    const inCluster = factsOf({ builder: builderOf({ name: 'b', driver: 'kubernetes' }) })
    expect(makePlan(inputsOf({ engine: 'kubernetes', builder: 'b' }), inCluster).engine.name).toBe('kubernetes')
  })
})
