import { describe, expect, it } from 'vitest'
import {
  draftConfig,
  emptyConfig,
  encodeConfig,
  forPlatform,
  inherit,
} from '../../../../src/engine/embedded/image-config.ts'
import type { Config } from '../../../../src/oci/config.ts'

const arm = { os: 'linux', architecture: 'arm64' } as const
const config = emptyConfig({ ...arm, variant: 'v9' })

// The corpus of test/e2e/embedded.test.ts compares the rest with BuildKit.
describe('forPlatform()', () => {
  it.each([
    { platform: arm, is: { ...arm, variant: 'v9' } },
    { platform: { ...arm, variant: 'v8' }, is: arm },
    { platform: { os: 'linux', architecture: 'amd64' }, is: { os: 'linux', architecture: 'amd64' } },
  ])('returns $platform for a base of arm64/v9', ({ platform, is }) => {
    const { os, architecture, variant } = forPlatform(config, platform)
    expect({ os, architecture, ...(variant === undefined ? {} : { variant }) }).toEqual(is)
  })
})

describe('draftConfig()', () => {
  const placed = { line: 1, endLine: 1, text: '' }
  const line = { created: '2020-01-01T00:00:00Z', hasLayer: false }

  it('keeps the position of a variable that is set again, and the value of such a label', () => {
    const draft = draftConfig({ ...config, config: { Env: ['A=1', 'B', 'C=3'], Labels: { a: '1', b: '2' } } })
    draft.apply(
      {
        kind: 'env',
        pairs: [
          { key: 'B', value: '2' },
          { key: 'D', value: '4' },
          { key: 'A', value: '=' },
        ],
        ...placed,
      },
      line,
    )
    draft.apply({ kind: 'label', pairs: [{ key: 'a', value: '3' }], ...placed }, line)
    const { config: made, history } = draft.finish()
    expect(made.Env).toEqual(['A==', 'B=2', 'C=3', 'D=4'])
    expect(made.Labels).toEqual({ a: '3', b: '2' })
    expect(history).toHaveLength(2)
  })

  it('handles tens of thousands of instructions', () => {
    const draft = draftConfig(config)
    for (let index = 0; index < 40_000; index += 1) {
      const pairs = [{ key: `k${index}`, value: 'v' }]
      draft.apply({ kind: index % 2 === 0 ? 'label' : 'env', pairs, ...placed }, line)
    }
    const { config: made, history } = draft.finish()
    expect([Object.keys(made.Labels ?? {}).length, made.Env?.length, history.length]).toEqual([20_000, 20_001, 40_000])
  })
})

describe('inherit()', () => {
  it('resolves a relative working directory of a base from the root', () => {
    const based = (WorkingDir: string) => inherit({ ...config, config: { WorkingDir } }).config.WorkingDir
    expect(['a/../b/', '/a//b/', ''].map(based)).toEqual(['/b', '/a//b/', ''])
  })
})

describe('encodeConfig()', () => {
  it('drops empty members and members that the specification does not define', () => {
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
