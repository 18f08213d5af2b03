import { describe, expect, test } from 'vitest'
import { createProgress } from '../../../src/engine/buildkit/progress.ts'
import type { Step } from '../../../src/engine/built.ts'
import { describeCacheHits } from '../../../src/report/cache-hits.ts'

const step = (name: string, cached: boolean, platform?: string): Step => ({ name, platform, cached, milliseconds: 1 })

describe('describeCacheHits()', () => {
  test('counts the steps of the Dockerfile by platform, without FROM and the builder’s own steps', () => {
    const steps = [
      step('[internal] load build definition from Dockerfile', false),
      step('[linux/amd64 internal] load metadata for docker.io/library/alpine', false, 'linux/amd64'),
      step('importing cache manifest from gha:1', false),
      step('exporting to image', false),
      step('[linux/amd64 1/2] FROM docker.io/library/alpine', true, 'linux/amd64'),
      step('[linux/amd64 2/3] RUN make', true, 'linux/amd64'),
      { ...step('[linux/amd64 3/3] COPY a b', true, 'linux/amd64'), fetched: 2_000_000 },
      step('[linux/arm64 2/3] RUN make', true, 'linux/arm64'),
      step('[linux/arm64 3/3] COPY a b', false, 'linux/arm64'),
    ]
    expect(describeCacheHits(steps)).toBe(
      'Cache: 3 of 4 steps reused (linux/amd64 2 of 2, linux/arm64 1 of 2), 2.0 MB read',
    )
  })

  test('reports nothing if the builder reported no steps', () => {
    expect(describeCacheHits([step('[internal] load .dockerignore', false)])).toBeUndefined()
  })

  test('takes the bytes of cached steps from the progress, each layer once', () => {
    const progress = createProgress(() => undefined)
    const at = '2026-01-02T03:04:05Z'
    const vertex = (digest: string, name: string, cached: boolean) => ({
      digest,
      name,
      cached,
      started: at,
      completed: at,
    })
    const event = {
      vertexes: [
        vertex('a', '[1/3] FROM x', true),
        vertex('b', '[2/3] RUN y', true),
        vertex('c', '[3/3] RUN z', false),
      ],
      statuses: ['a', 'b', 'b', 'c'].map((of, current) => ({ id: 'sha256:1', vertex: of, current })),
    }
    progress.line(JSON.stringify(event))
    expect(describeCacheHits(progress.steps())).toBe('Cache: 1 of 2 steps reused, 2 B read')
  })
})
