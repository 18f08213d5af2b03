import { describe, expect, it } from 'vitest'
import { planMatrix } from '../../../src/plan/matrix.ts'
import { inputsOf } from '../../support/plan.ts'

const jobs = (platforms: string, runners = '') =>
  planMatrix(inputsOf({ mode: 'plan', platforms, runners })).include.map(({ platform, runner, emulated }) =>
    [platform, runner, ...(emulated ? ['emulated'] : [])].flat().join(' '),
  )

describe('planMatrix()', () => {
  it('selects a native runner of GitHub for each platform, if there is one', () => {
    expect(jobs('amd64, 386, arm64, arm/v6, arm/v7, ppc64le')).toEqual([
      'linux/amd64 ubuntu-24.04',
      'linux/386 ubuntu-24.04',
      'linux/arm64 ubuntu-24.04-arm',
      'linux/arm/v6 ubuntu-24.04-arm',
      'linux/arm/v7 ubuntu-24.04-arm',
      'linux/ppc64le ubuntu-24.04 emulated',
    ])
  })

  it('prefers the exact platform, then the longest beginning', () => {
    const runners = '*=any\nlinux/arm*=arm\nlinux/arm/*=arm32\nlinux/arm/v6=old\nlinux/riscv64=self-hosted+riscv'
    expect(jobs('amd64, arm64, arm/v7, arm/v6, riscv64', runners)).toEqual([
      'linux/amd64 any',
      'linux/arm64 arm',
      'linux/arm/v7 arm32',
      'linux/arm/v6 old',
      'linux/riscv64 self-hosted riscv',
    ])
  })

  it('names the platforms that the image may lack', () => {
    const { include } = planMatrix(inputsOf({ mode: 'plan', platforms: 'amd64, riscv64?' }))
    expect(include.map(({ platform, optional }) => [platform, optional])).toEqual([
      ['linux/amd64', false],
      ['linux/riscv64', true],
    ])
  })

  it.each([
    { runner: 'ubuntu-22.04', emulated: true },
    { runner: 'ubuntu-latest', emulated: true },
    { runner: 'ubuntu-24.04-arm', emulated: false },
    { runner: 'my-arm-runner', emulated: false },
    { runner: 'ubuntu-24.04+gpu', emulated: false },
  ])('reports whether arm64 is emulated on $runner: $emulated', ({ runner, emulated }) => {
    const { include } = planMatrix(inputsOf({ mode: 'plan', platforms: 'arm64', runners: `*=${runner}` }))
    expect(include.map((job) => job.emulated)).toEqual([emulated])
  })

  it('keeps one job per platform on equal runners', () => {
    expect(jobs('amd64, arm64', '*=same')).toEqual(['linux/amd64 same', 'linux/arm64 same'])
  })

  it('rejects more jobs than GitHub accepts', () => {
    const [platform] = inputsOf({ platforms: 'amd64' }).platforms
    if (platform === undefined) throw new Error('a platform is missing')
    const platforms = Array(257).fill(platform)
    expect(() => planMatrix({ platforms, runners: [], optionalPlatforms: [] })).toThrow(
      'Cannot make a matrix of 257 platforms: GitHub accepts 256 jobs',
    )
  })
})
