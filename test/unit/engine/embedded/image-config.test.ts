import { describe, expect, it } from 'vitest'
import {
  type Config,
  emptyConfig,
  encodeConfig,
  forPlatform,
  inherit,
} from '../../../../src/engine/embedded/image-config.ts'

const arm = { os: 'linux', architecture: 'arm64' } as const
const config = emptyConfig({ ...arm, variant: 'v9' })

// What BuildKit makes of the rest is in the corpus of test/e2e/embedded.test.ts.
describe('forPlatform()', () => {
  it.each([
    { platform: arm, is: { ...arm, variant: 'v9' } },
    { platform: { ...arm, variant: 'v8' }, is: arm },
    { platform: { os: 'linux', architecture: 'amd64' }, is: { os: 'linux', architecture: 'amd64' } },
  ])('makes $platform of a base of arm64/v9', ({ platform, is }) => {
    const { os, architecture, variant } = forPlatform(config, platform)
    expect({ os, architecture, ...(variant === undefined ? {} : { variant }) }).toEqual(is)
  })
})

describe('inherit()', () => {
  it('counts a relative working folder of a base from the root', () => {
    const based = (WorkingDir: string) => inherit({ ...config, config: { WorkingDir } }).config.WorkingDir
    expect(['a/../b/', '/a//b/', ''].map(based)).toEqual(['/b', '/a//b/', ''])
  })
})

describe('encodeConfig()', () => {
  it('drops what the specification does not have, and what is empty', () => {
    const odd = {
      ...config,
      docker_version: '1',
      history: [{ created_by: 'x', empty_layer: false, other: 1 }],
      config: {
        Hostname: 'h',
        Cmd: [],
        Volumes: { '/b': { x: 1 }, '/a': {} },
        Healthcheck: { Test: ['NONE'], Retries: 0 },
      },
    } as unknown as Config
    expect(encodeConfig(odd).toString()).toBe(
      '{"architecture":"arm64","config":{"Volumes":{"/a":{},"/b":{}},"Healthcheck":{"Test":["NONE"]}},"history":[{"created_by":"x"}],"os":"linux","rootfs":{"type":"layers","diff_ids":[]},"variant":"v9"}',
    )
  })
})
