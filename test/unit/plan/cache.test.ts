import { describe, expect, test } from 'vitest'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { builderOf, factsOf, inputsOf, nodeOf, serverOf } from '../../support/plan.ts'

const docker = serverOf({ store: 'containerd' })
const { event } = factsOf()
const planOf = (given: Parameters<typeof inputsOf>[0], more: Parameters<typeof factsOf>[0] = {}) =>
  makePlan(inputsOf({ images: 'ghcr.io/acme/app', tags: '1', ...given }), factsOf({ docker, ...more }))
const attributesOf = (entries: readonly { readonly attributes: unknown }[]) =>
  entries.map(({ attributes }) => attributes)

describe('planCache()', () => {
  test('uses no cache by default', () => {
    expect(planOf({}).build).toMatchObject({ cacheFrom: [], cacheTo: [] })
  })

  test('passes caches on, and ignores write errors unless the input sets otherwise', () => {
    const { build } = planOf({
      'cache-from': 'type=local,src=c',
      'cache-to': 'type=local,dest=c\ntype=inline\ntype=registry,ref=a.example/b,ignore-error=false',
    })
    expect(attributesOf(build.cacheFrom)).toEqual([{ type: 'local', src: 'c' }])
    expect(attributesOf(build.cacheTo)).toEqual([
      { type: 'local', dest: 'c', 'ignore-error': 'true' },
      { type: 'inline' },
      { type: 'registry', ref: 'a.example/b', 'ignore-error': 'false' },
    ])
  })

  test('as a keyword, next to the image, by target, platforms and branch; also reads from the default branch', () => {
    const feature = { ...event, ref: 'refs/heads/fix/a', refName: 'fix/a', defaultBranch: 'main' }
    const { build } = planOf({ cache: 'registry', target: 'app', platforms: 'amd64, arm64' }, { event: feature })
    const ref = (branch: string) => `ghcr.io/acme/app:cache-app-linux-amd64-linux-arm64-${branch}`
    expect(attributesOf(build.cacheFrom)).toEqual([
      { type: 'registry', ref: ref('fix-a') },
      { type: 'registry', ref: ref('main') },
    ])
    expect(attributesOf(build.cacheTo)).toEqual([
      {
        ...{ type: 'registry', ref: ref('fix-a') },
        ...{ 'image-manifest': 'true', 'oci-mediatypes': 'true', 'ignore-error': 'true' },
      },
    ])
  })

  test('as a keyword, in the cache of GitHub if the runner offers it', () => {
    const { build } = planOf({ cache: 'gha' }, { cacheService: true })
    const scope = 'acme-app-linux-amd64-main'
    expect(attributesOf(build.cacheFrom)).toEqual([{ type: 'gha', scope }])
    expect(attributesOf(build.cacheTo)).toEqual([{ type: 'gha', scope, 'ignore-error': 'true' }])
  })

  test('as a keyword, in a directory that outlives the job, or in a named directory', () => {
    const feature = { ...event, ref: 'refs/heads/fix/a', refName: 'fix/a' }
    const { build } = planOf({ cache: 'local' }, { event: feature })
    const path = (branch: string) => `/runner/tools/polyarch-cache/polyarch-cache-acme-app-linux-amd64-${branch}`
    expect(attributesOf(build.cacheFrom)).toEqual([
      { type: 'local', src: path('fix-a') },
      { type: 'local', src: path('main') },
    ])
    expect(build.cacheTo).toEqual([
      {
        type: 'local',
        byWord: true,
        attributes: { type: 'local', dest: path('fix-a'), 'ignore-error': 'true' },
      },
    ])
    const named = planOf({ cache: 'local:kept', images: '', tags: '' }).build
    expect(attributesOf(named.cacheFrom)).toEqual([
      { type: 'local', src: 'kept/polyarch-cache-image-linux-amd64-main' },
    ])
    const { build: none, notices } = planOf({ cache: 'local' }, { cacheFolder: undefined })
    expect(none).toMatchObject({ cacheFrom: [], cacheTo: [] })
    expect(notices.join()).toContain('RUNNER_TOOL_CACHE is not set. Set a directory')
  })

  test('as a keyword, one for each platform if several nodes would overwrite each other', () => {
    const two = {
      builder: builderOf({ name: 'two', driver: 'remote', nodes: [nodeOf(), nodeOf({ name: 'other' })] }),
      cacheService: true,
    }
    const both = { platforms: 'amd64, arm64', builder: 'two' }
    const { build } = planOf({ ...both, cache: 'gha' }, two)
    const scope = (platform: string) => `acme-app-linux-${platform}-main`
    expect(attributesOf(build.cacheFrom)).toEqual([
      { type: 'gha', scope: scope('amd64') },
      { type: 'gha', scope: scope('arm64') },
    ])
    expect(build.cacheTo).toMatchObject([
      { platform: { architecture: 'amd64' }, attributes: { scope: scope('amd64') } },
      { platform: { architecture: 'arm64' }, attributes: { scope: scope('arm64') } },
    ])
    const given = { ...both, 'cache-to': 'a.example/b:c' }
    expect(planOf(given, two).notices.join()).toContain('the last one overwrites the others')
    expect(planOf({ ...given, platforms: 'amd64' }, two).notices).toEqual([])
    expect(planOf({ ...given, builder: '' }).notices).toEqual([])
  })

  test('reports a missing cache service, and builds without a cache', () => {
    const { build, notices } = planOf({ cache: 'gha', 'cache-from': 'a.example/b:c' })
    expect(attributesOf(build.cacheFrom)).toEqual([{ type: 'registry', ref: 'a.example/b:c' }])
    expect(build.cacheTo).toEqual([])
    expect(notices.join()).toContain('type=gha is not used')
  })

  test('does not write for a pull request from a fork, and reports it', () => {
    const fork = { ...event, withoutSecrets: 'the pull request comes from the fork me/app, which gets no secrets' }
    const { build, notices } = planOf({ cache: 'registry', 'cache-to': 'type=local,dest=c' }, { event: fork })
    expect(build.cacheTo).toEqual([])
    expect(build.cacheFrom).not.toEqual([])
    expect(notices.join()).toContain('The cache is not written: the pull request comes from the fork me/app')
  })

  test('needs a name for a cache next to the image', () => {
    const { build, notices } = planOf({ images: '', tags: '', cache: 'registry' })
    expect(build).toMatchObject({ cacheFrom: [], cacheTo: [] })
    expect(notices.join()).toContain('cache=registry needs a name in images')
  })

  test('is useless to an engine that executes no steps', () => {
    const { build, notices } = planOf({ engine: 'embedded', cache: 'gha', 'cache-to': 'type=inline' })
    expect(build).toMatchObject({ cacheFrom: [], cacheTo: [] })
    expect(notices.join()).toContain('Caches are not used')
  })

  test('of images in cache-from, for an engine that reuses their layers', () => {
    const images = 'ghcr.io/acme/base:1\ntype=registry,ref=ghcr.io/acme/app:2'
    const { build, notices } = planOf({ engine: 'embedded', 'cache-from': images })
    expect(attributesOf(build.cacheFrom)).toMatchObject([{ ref: 'ghcr.io/acme/base:1' }, { ref: 'ghcr.io/acme/app:2' }])
    expect(notices.join()).not.toContain('Caches are not used')
    const others = planOf({ engine: 'embedded', 'cache-from': `${images}\ntype=local,src=c`, cache: 'registry' })
    expect(others.build.cacheFrom).toEqual(build.cacheFrom)
    expect(others.notices.join()).toContain('Caches are not used')
  })
})

describe('an external cache on the classic image store', () => {
  const classic = { docker: serverOf({ store: 'classic' }) }

  test.each([
    { given: { 'cache-to': 'type=registry,ref=a.example/b' }, made: true },
    { given: { 'cache-from': 'type=local,src=c' }, made: true },
    { given: { cache: 'registry' }, made: true },
    { given: { cache: 'local' }, made: true },
    { given: { 'cache-to': 'type=inline', 'cache-from': 'a.example/b:c' }, made: false },
  ])('creates a builder that supports it: $given', ({ given, made }) => {
    const { because } = planOf(given, classic).engine
    if (made) expect(because).toContain('docker-container: the classic image store does not export a cache')
    else expect(because).toContain('builder default, driver docker')
  })

  test.each([{ builder: 'mine' }, { driver: 'docker' }])(
    'is rejected for a builder that does not support it: %o',
    (given) => {
      expect(() => planOf({ ...given, cache: 'registry' }, classic)).toThrow('Cannot keep the build cache')
    },
  )
})

describe('a cache in a bucket, which daemons do not support,', () => {
  const given = { 'cache-from': 'type=s3,region=r,bucket=b' }

  test('creates a builder that supports it', () => {
    const because = 'docker-container: the docker driver does not support type=s3'
    expect(planOf(given).engine.because).toContain(because)
    expect(planOf({ 'cache-to': 'type=azblob,account_url=https://a.example' }).engine.because).toContain('type=azblob')
  })

  test('is rejected for a builder that does not support it', () => {
    expect(() => planOf({ ...given, driver: 'docker' })).toThrow('Cannot use a cache of type=s3 with the docker driver')
  })
})
