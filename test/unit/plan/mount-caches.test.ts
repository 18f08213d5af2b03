import { describe, expect, test } from 'vitest'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'

const docker = serverOf({ store: 'containerd' })
const planOf = (given: Parameters<typeof inputsOf>[0], more: Parameters<typeof factsOf>[0] = {}) =>
  makePlan(
    inputsOf({ images: 'ghcr.io/acme/app', tags: '1', ...given }),
    factsOf({ docker, cacheService: true, ...more }),
  )
const attributes = (caches: readonly { readonly content: unknown; readonly pointer: unknown }[] | undefined) =>
  (caches ?? []).flatMap(({ content, pointer }) => [content, pointer].map((one) => Object(one).attributes))

describe('planMountCaches()', () => {
  test('keeps no mounts by default', () => {
    expect(planOf({ cache: 'registry' }).build.cacheMounts).toBeUndefined()
  })

  test.each([
    { value: 'true', limit: 2 * 1024 ** 3 },
    { value: '500m', limit: 500 * 1024 ** 2 },
  ])('limits the size: $value', ({ value, limit }) => {
    expect(planOf({ cache: 'registry', 'cache-mounts': value }).build.cacheMounts?.limit).toBe(limit)
  })

  test('uses two caches beside each cache, without its intermediate steps', () => {
    const { cacheMounts } = planOf({ cache: 'registry', 'cache-mounts': 'true' }).build
    const ref = 'ghcr.io/acme/app:cache-linux-amd64-main'
    const form = {
      compression: 'zstd',
      type: 'registry',
      'image-manifest': 'true',
      'oci-mediatypes': 'true',
      mode: 'min',
    }
    expect(attributes(cacheMounts?.from)).toEqual([
      { type: 'registry', ref: `${ref}-mounts` },
      { type: 'registry', ref: `${ref}-mounts-pointer` },
    ])
    expect(attributes(cacheMounts?.to)).toEqual([
      { ...form, ref: `${ref}-mounts` },
      { ...form, ref: `${ref}-mounts-pointer` },
    ])
  })

  test.each([
    { line: 'type=gha', names: [{ scope: 'buildkit-mounts' }, { scope: 'buildkit-mounts-pointer' }] },
    { line: 'type=gha,scope=a', names: [{ scope: 'a-mounts' }, { scope: 'a-mounts-pointer' }] },
    { line: 'type=s3,region=r,bucket=b,name=a;b', names: [{ name: 'a-mounts' }, { name: 'a-mounts-pointer' }] },
    { line: 'type=azblob,account_url=u', names: [{ name: 'buildkit-mounts' }, { name: 'buildkit-mounts-pointer' }] },
    { line: 'type=local,dest=kept', names: [{ dest: 'kept/mounts' }, { dest: 'kept/mounts-pointer' }] },
    {
      line: 'type=registry,ref=a.example/b',
      names: [{ ref: 'a.example/b:latest-mounts' }, { ref: 'a.example/b:latest-mounts-pointer' }],
    },
    {
      line: `type=registry,ref=a.example/b:${'x'.repeat(128)}`,
      names: [
        { ref: `a.example/b:${'x'.repeat(121)}-mounts` },
        { ref: `a.example/b:${'x'.repeat(113)}-mounts-pointer` },
      ],
    },
    { line: 'type=registry,ref=A B', names: [] },
    { line: 'type=inline', names: [] },
  ])('names the caches beside $line', ({ line, names }) => {
    const { build } = planOf({ cache: 'local:kept', 'cache-to': line, 'cache-mounts': 'true' })
    expect(attributes(build.cacheMounts?.to).slice(0, -2)).toMatchObject(names)
    const folder = 'kept/polyarch-cache-acme-app-linux-amd64-main'
    expect(attributes(build.cacheMounts?.to).slice(-2)).toMatchObject([
      { dest: `${folder}-mounts` },
      { dest: `${folder}-mounts-pointer` },
    ])
  })

  test('pull requests from forks read and do not write', () => {
    const { event } = factsOf()
    const { build } = planOf(
      { cache: 'registry', 'cache-mounts': 'true' },
      { event: { ...event, withoutSecrets: 'a fork' } },
    )
    expect([build.cacheMounts?.from.length, build.cacheMounts?.to.length]).toEqual([1, 0])
  })

  test('needs a cache, and an engine that supports it', () => {
    expect(planOf({ 'cache-mounts': 'true' }).notices).toContain(
      'cache-mounts has no effect: it needs a cache. Set `cache`',
    )
    const embedded = planOf({ engine: 'embedded', cache: 'registry', 'cache-mounts': 'true' })
    expect(embedded.notices).toContain('cache-mounts has no effect: the engine does not support it')
    expect(embedded.build.cacheMounts).toBeUndefined()
  })
})

test.each(['yes', '0', '5x', 'ture'])('cache-mounts: %s is an error', (value) => {
  expect(() => inputsOf({ 'cache-mounts': value })).toThrow(
    /cache-mounts.*expected true, false or a size such as 500m/s,
  )
})
