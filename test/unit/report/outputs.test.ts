import { describe, expect, test } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import { joinedOf, type LegOutcome } from '../../../src/legs/leg-outcome.ts'
import type { TagResult } from '../../../src/publish/write-tags.ts'
import { lastingOutputsOf, outputsOf } from '../../../src/report/outputs.ts'
import { fakeDigest, legPlan, resultOf } from '../../support/result.ts'

const images = 'ghcr.io/acme/app, acme/app'

test('outputsOf() of a push of two platforms', () => {
  const given = { images, tags: '1.2.3, latest', platforms: 'amd64, arm32', push: 'true' }
  const result = resultOf({ ...given, labels: 'a=b=c\nd=e', annotations: 'h=i=j\nindex:f=g' })
  const metadata = { 'buildx.build.ref': 'x', 'containerimage.digest': 'as the builder said' }
  const outputs = outputsOf({ ...result, built: { ...result.built, metadata } })
  const tags = ['ghcr.io/acme/app:1.2.3', 'ghcr.io/acme/app:latest', 'acme/app:1.2.3', 'acme/app:latest']
  expect({
    ...outputs,
    metadata: JSON.parse(outputs.metadata),
    json: JSON.parse(outputs.json),
    digests: JSON.parse(outputs.digests),
    sizes: JSON.parse(outputs.sizes),
  }).toEqual({
    digest: fakeDigest('f'),
    imageid: fakeDigest('f'),
    metadata: {
      'buildx.build.ref': 'x',
      'containerimage.digest': fakeDigest('f'),
      'image.name': tags.join(','),
    },
    image: 'ghcr.io/acme/app',
    tags: tags.join('\n'),
    'tag-names': '1.2.3\nlatest',
    labels: 'a=b=c\nd=e',
    annotations: 'manifest:h=i=j\nindex:f=g',
    // As in docker/metadata-action.
    json: {
      tags,
      'tag-names': ['1.2.3', 'latest'],
      labels: { a: 'b=c', d: 'e' },
      annotations: ['manifest:h=i=j', 'index:f=g'],
    },
    digests: { 'linux/amd64': fakeDigest('1'), 'linux/arm/v7': fakeDigest('2') },
    refs: `ghcr.io/acme/app@${fakeDigest('f')}\nacme/app@${fakeDigest('f')}`,
    sizes: { 'linux/amd64': 1_000_000, 'linux/arm/v7': 2_000_000 },
    pushed: 'true',
    'omitted-platforms': '',
    complete: 'true',
    missing: '',
    files: '',
  })
})

test.each([
  {
    name: 'by priority',
    given: { images: 'h.io/a', tags: 'edge,moving=true\n1.2.3\nlatest' },
    found: 'edge 1.2.3 latest',
  },
  {
    name: 'in a dry run',
    given: { images: 'h.io/a', tags: 'edge,moving=true\n1', 'dry-run': 'true' },
    found: 'edge 1',
  },
  { name: 'by image', given: { images: 'h.io/a\nh.io/b', tags: 'x,moving=true\n1' }, found: 'x 1 x 1' },
])('outputsOf() lists tags like docker/metadata-action, not in the order of writing: $name', ({ given, found }) => {
  const { tags, json, image } = outputsOf(resultOf({ ...given, push: 'true' }))
  expect(tags.replaceAll(/^.*:/gm, '').replaceAll('\n', ' ')).toBe(found)
  expect(JSON.parse(json).tags.join('\n')).toBe(tags)
  expect(image).toBe('h.io/a')
})

test('outputsOf() of a push of one platform has the digest of its config as imageid', () => {
  const outputs = outputsOf(resultOf({ images, tags: '1', push: 'true' }))
  expect(outputs).toMatchObject({ digest: fakeDigest('f'), imageid: fakeDigest('1') })
})

test('outputsOf() of a loaded image has the values of the engine', () => {
  const result = resultOf({ images: 'app', tags: '1' })
  const metadata = { 'containerimage.digest': fakeDigest('a') }
  const outputs = outputsOf({ ...result, built: { ...result.built, metadata, imageId: fakeDigest('c') } })
  expect(outputs).toMatchObject({
    digest: fakeDigest('a'),
    imageid: fakeDigest('c'),
    refs: '',
    digests: '{}',
    sizes: '{}',
    pushed: 'false',
  })
})

test('outputsOf() of a build without a name has no name', () => {
  const outputs = outputsOf(resultOf({}))
  expect(outputs).toMatchObject({ image: '', tags: '', refs: '', digest: '', imageid: '', metadata: '{}' })
})

test('outputsOf() of an image without a destination has no value that it did not receive', () => {
  const metadata = {
    'buildx.build.ref': 'x',
    'containerimage.digest': fakeDigest('a'),
    'containerimage.descriptor': {},
  }
  for (const outputs of ['', 'out']) {
    const result = resultOf({ images, tags: '1', platforms: 'amd64, arm64', outputs })
    const found = outputsOf({ ...result, built: { ...result.built, metadata } })
    expect(found).toMatchObject({
      digest: fakeDigest('a'),
      imageid: fakeDigest('a'),
      tags: '',
      refs: '',
      pushed: 'false',
    })
    expect(JSON.parse(found.digests)).toEqual({ 'linux/amd64': fakeDigest('1'), 'linux/arm64': fakeDigest('2') })
    expect(JSON.parse(found.metadata)).toEqual(metadata)
    expect(JSON.parse(found.json)).toMatchObject({ tags: [], 'tag-names': [] })
  }
})

test('outputsOf() of an image that a store saved only for verification has the digest of its configuration only', () => {
  const result = resultOf({ images, tags: '1', load: 'false' })
  const [image] = result.images
  if (image === undefined) throw new Error('there is no image')
  const metadata = { 'buildx.build.ref': 'x', 'containerimage.digest': fakeDigest('a'), 'image.name': 'of this run' }
  const tree = { root: image.manifest, images: [image], documents: [], blobs: [] }
  const content = { tree, blobs: { open: () => Promise.reject(new Error('unread')) }, forVerification: true } as const
  const found = outputsOf({ ...result, built: { ...result.built, content, metadata } })
  expect(found).toMatchObject({ digest: '', imageid: fakeDigest('1'), digests: '{}', sizes: '{}' })
  expect(JSON.parse(found.metadata)).toEqual({ 'buildx.build.ref': 'x' })
})

test('outputsOf() joins tags, labels and annotations with sep-tags, sep-labels and sep-annotations', () => {
  const separators = { 'sep-tags': ',', 'sep-labels': ' ', 'sep-annotations': '; ' }
  const more = { tags: '1, 2', labels: 'a=b\nc=d', annotations: 'e=f\ng=h', push: 'true' }
  expect(outputsOf(resultOf({ images: 'acme/app', ...more, ...separators }))).toMatchObject({
    tags: 'acme/app:1,acme/app:2',
    'tag-names': '1,2',
    labels: 'a=b c=d',
    annotations: 'manifest:e=f; manifest:g=h',
  })
})

test('outputsOf() of an image in a file has its names and its digest', () => {
  const result = resultOf({ images: 'acme/app', tags: '1', platforms: 'amd64, arm64', outputs: 'type=oci,dest=a.tar' })
  const metadata = { 'containerimage.digest': fakeDigest('a') }
  expect(outputsOf({ ...result, built: { ...result.built, metadata } })).toMatchObject({
    digest: fakeDigest('a'),
    tags: 'acme/app:1',
    image: 'acme/app',
  })
})

test('outputsOf() names the written files, and the image by its name in the daemon', () => {
  const result = resultOf({ images: 'app', tags: '1', outputs: 'out\ntype=oci,dest=a.tar' })
  const exported = { outputs: result.plan.outputs, imageId: fakeDigest('d') }
  expect(outputsOf({ ...result, exported })).toMatchObject({ files: 'out\na.tar', imageid: fakeDigest('d') })
})

test('lastingOutputsOf() has the values that are known however the step ends', () => {
  const { plan } = resultOf({ images, tags: '1.2.3, latest', push: 'true' })
  expect(lastingOutputsOf({ plan, attempts: 3 })).toEqual({ version: '1.2.3', engine: 'buildx', attempts: '3' })
})

test('outputsOf() names only the tags that point to the image', () => {
  const result = resultOf({ images: 'ghcr.io/acme/app', tags: '1.2.3, 1.2.4, 1.2.5, 1.2, latest', push: 'true' })
  const error = new ActionError('registry-refused', 'No')
  const [one, two, three, four, five] = (result.published?.tags ?? []).map(({ reference }) => reference)
  const tags = [
    { reference: one, outcome: 'written' },
    { reference: two, outcome: 'skipped', digest: fakeDigest('a') },
    { reference: three, outcome: 'unchanged' },
    { reference: four, outcome: 'failed', error },
    { reference: five, outcome: 'not attempted' },
  ] as readonly TagResult[]
  const outputs = outputsOf({ ...result, published: result.published && { ...result.published, tags, error } })
  const names = ['ghcr.io/acme/app:1.2.3', 'ghcr.io/acme/app:1.2.5']
  expect(outputs).toMatchObject({
    pushed: 'false',
    tags: names.join('\n'),
    refs: `ghcr.io/acme/app@${fakeDigest('f')}`,
  })
  expect(JSON.parse(outputs.json)).toMatchObject({ tags: names })
  expect(JSON.parse(outputs.metadata)).toMatchObject({ 'image.name': names.join() })
})

test('outputsOf() has no digest of an image that reached no registry', () => {
  const result = resultOf({ images, tags: '1', push: 'true' })
  const tags = result.plan.references.map((reference) => ({ reference, outcome: 'not attempted' }) as const)
  const error = new ActionError('registry-full', 'No room')
  const published = result.published && { ...result.published, repositories: [], tags, error }
  const outputs = outputsOf({ ...result, published })
  expect(outputs).toMatchObject({ digest: '', refs: '', tags: '', pushed: 'false' })
  expect(outputs.metadata).toBe('{}')
})

describe('outputsOf() of a job that builds a part of the platforms', () => {
  const plan = legPlan()
  const { images } = resultOf({ images: 'acme/app', tags: '1', platforms: 'arm64', push: 'true' })
  const of = (leg: LegOutcome) => {
    const published = joinedOf(leg)
    return outputsOf(resultOf({ images: 'acme/app' }, { plan, leg, published, images: published?.images ?? images }))
  }

  test('has only the digests of its part while the image is incomplete', () => {
    const missing = plan.leg?.platforms.slice(0, 1) ?? []
    expect(of({ kind: 'waiting', images, missing })).toMatchObject({
      ...{ digest: '', tags: '', refs: '', pushed: 'false', complete: 'false', missing: 'linux/amd64' },
      digests: JSON.stringify({ 'linux/arm64': fakeDigest('1') }),
      annotations: 'index:a=b',
    })
    expect(of({ kind: 'joined elsewhere', images, digest: fakeDigest('f') })).toMatchObject({
      ...{ digest: '', complete: 'false', missing: '' },
    })
  })

  test('has those of the image if it has completed it', () => {
    const { published } = resultOf({ images: 'acme/app', tags: '1', platforms: 'amd64, arm64', push: 'true' })
    if (published === undefined) throw new Error('Nothing was pushed')
    expect(of({ kind: 'published', images, published, omitted: [] })).toMatchObject({
      ...{ digest: fakeDigest('f'), tags: 'acme/app:1', pushed: 'true', complete: 'true', missing: '' },
      digests: JSON.stringify({ 'linux/amd64': fakeDigest('1'), 'linux/arm64': fakeDigest('2') }),
    })
  })
})
