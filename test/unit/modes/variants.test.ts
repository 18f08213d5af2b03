import { expect, test } from 'vitest'
import { variantPlans } from '../../../src/modes/variants.ts'
import { formatPlatform, parsePlatform } from '../../../src/oci/platform.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'

test('platforms with the same settings are built together, in the order of their first platforms', () => {
  const inputs = inputsOf({
    platforms: 'amd64, arm64, arm/v7, s390x',
    images: 'app',
    tags: '1',
    'build-args': 'A=1\nB=2',
  })
  const settings = (platform: string, buildArgs: Readonly<Record<string, string>>, file?: string, target?: string) => ({
    ...{ platform: parsePlatform(platform), buildArgs, file, target },
  })
  const perPlatform = [
    settings('s390x', { B: '3' }, undefined, 'small'),
    settings('arm64', { C: 'x' }, 'Dockerfile.arm'),
    settings('arm/v7', { C: 'x' }, 'Dockerfile.arm'),
  ]
  const plans = variantPlans(makePlan({ ...inputs, perPlatform }, factsOf()))
  expect(
    plans.map(({ build }) => [
      build.platforms.map(formatPlatform).join(' '),
      build.file,
      build.target,
      build.buildArgs,
    ]),
  ).toEqual([
    ['linux/amd64', undefined, undefined, { A: '1', B: '2' }],
    ['linux/arm64 linux/arm/v7', 'Dockerfile.arm', undefined, { A: '1', B: '2', C: 'x' }],
    ['linux/s390x', undefined, 'small', { A: '1', B: '3' }],
  ])
})

test('without per-platform, the plan itself is the only variant', () => {
  const plan = makePlan(inputsOf({ platforms: 'amd64, arm64', images: 'app', tags: '1' }), factsOf())
  expect(variantPlans(plan)).toEqual([plan])
})
