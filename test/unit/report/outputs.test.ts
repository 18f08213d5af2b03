import { expect, test } from 'vitest'
import { outputsOf } from '../../../src/report/outputs.ts'
import { fakeDigest, resultOf } from '../../support/result.ts'

const images = 'ghcr.io/acme/app, docker.io/acme/app'

test('outputsOf() of a push of two platforms', () => {
  const given = { images, tags: '1.2.3, latest', platforms: 'amd64, arm32', push: 'true' }
  const result = resultOf({ ...given, labels: 'a=b=c\nd=e', annotations: 'index:f=g' })
  const metadata = { 'buildx.build.ref': 'x', 'containerimage.digest': 'as the builder said' }
  const outputs = outputsOf({ ...result, built: { ...result.built, metadata } })
  const tags = [
    'ghcr.io/acme/app:1.2.3',
    'docker.io/acme/app:1.2.3',
    'ghcr.io/acme/app:latest',
    'docker.io/acme/app:latest',
  ]
  expect({
    ...outputs,
    metadata: JSON.parse(outputs.metadata),
    json: JSON.parse(outputs.json),
    digests: JSON.parse(outputs.digests),
    sizes: JSON.parse(outputs.sizes),
  }).toEqual({
    attempts: '1',
    digest: fakeDigest('f'),
    imageid: fakeDigest('f'),
    metadata: {
      'buildx.build.ref': 'x',
      'containerimage.digest': fakeDigest('f'),
      'image.name': tags.join(','),
    },
    image: 'ghcr.io/acme/app',
    tags: tags.join('\n'),
    labels: 'a=b=c\nd=e',
    json: { tags, labels: { a: 'b=c', d: 'e' }, annotations: { 'index:f': 'g' } },
    version: '1.2.3',
    digests: { 'linux/amd64': fakeDigest('1'), 'linux/arm/v7': fakeDigest('2') },
    refs: `ghcr.io/acme/app@${fakeDigest('f')}\ndocker.io/acme/app@${fakeDigest('f')}`,
    sizes: { 'linux/amd64': 1_000_000, 'linux/arm/v7': 2_000_000 },
    pushed: 'true',
    files: '',
    engine: 'buildx',
  })
})

test('outputsOf() of a push of one platform has the digest of its config as imageid', () => {
  const outputs = outputsOf(resultOf({ images, tags: '1', push: 'true' }))
  expect(outputs).toMatchObject({ digest: fakeDigest('f'), imageid: fakeDigest('1') })
})

test('outputsOf() of a loaded image has what the engine said', () => {
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

test('outputsOf() names what was written, and the image as the daemon it was loaded into calls it', () => {
  const result = resultOf({ images: 'app', tags: '1', outputs: 'out\ntype=oci,dest=a.tar' })
  const exported = { outputs: result.plan.outputs, imageId: fakeDigest('d') }
  expect(outputsOf({ ...result, exported })).toMatchObject({ files: 'out\na.tar', imageid: fakeDigest('d') })
})
