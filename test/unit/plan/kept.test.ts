import { describe, expect, test } from 'vitest'
import { keptWarnings } from '../../../src/plan/kept.ts'
import { inputsOf } from '../../support/plan.ts'

const two = 'amd64, arm64'

describe('keptWarnings()', () => {
  test.each([
    { name: 'one platform that is loaded', given: {}, load: true },
    { name: 'one platform that is not loaded', given: {}, load: false },
    { name: 'several platforms with load: false', given: { platforms: two, load: 'false' }, load: false },
    { name: 'several platforms for the cache', given: { platforms: two, outputs: 'type=cacheonly' }, load: false },
    { name: 'several platforms that are pushed', given: { platforms: two, images: 'a', push: 'true' }, load: false },
    { name: 'attestations that are pushed', given: { images: 'a', push: 'true', provenance: 'true' }, load: false },
    { name: 'attestations in a layout', given: { outputs: 'type=oci,dest=a.tar', sbom: 'true' }, load: false },
    { name: 'a tar without attestations', given: { outputs: 'type=tar,dest=a.tar' }, load: false },
    {
      name: 'an annotation of index-descriptor in a layout',
      given: { outputs: 'type=oci,dest=a.tar', annotations: 'index-descriptor:a=b' },
      load: false,
    },
  ])('does not warn about $name', ({ given, load }) => {
    expect(keptWarnings(inputsOf(given), { load, store: 'containerd', notPushed: undefined })).toEqual([])
  })

  test('reports that several platforms are only in the cache, and which input to set', () => {
    expect(
      keptWarnings(inputsOf({ platforms: two }), { load: false, store: 'containerd', notPushed: undefined }),
    ).toEqual([expect.stringMatching(/only in the build cache.*`push: true`, `load: true` or `outputs`/)])
  })

  test('does not repeat the notice of push: auto', () => {
    const places = { load: false, store: 'containerd', notPushed: 'it is a fork' } as const
    expect(keptWarnings(inputsOf({ platforms: two, push: 'auto' }), places)).toEqual([])
  })

  test.each([
    { name: 'the classic store', given: { load: 'true' }, load: true, says: 'the classic image store of Docker: ' },
    { name: 'type=docker', given: { outputs: 'type=docker,dest=a.tar' }, load: false, says: 'a.tar (type=docker): ' },
    { name: 'files', given: { outputs: 'out' }, load: false, says: 'out (type=local): ' },
    { name: 'a tar of files', given: { outputs: 'type=tar,dest=f.tar' }, load: false, says: 'f.tar (type=tar): ' },
    {
      name: 'one of several destinations',
      given: { images: 'a', push: 'true', outputs: 'type=oci,dest=a.tar\ntype=docker,dest=b.tar' },
      load: false,
      says: 'b.tar (type=docker): ',
    },
  ])('reports that $name cannot store attestations', ({ given, load, says }) => {
    const inputs = inputsOf({ ...given, provenance: 'mode=max', sbom: 'true' })
    expect(keptWarnings(inputs, { load, store: 'classic', notPushed: undefined })).toEqual([
      `${says}cannot hold attestations (provenance and sbom)`,
    ])
  })

  test('reports that only a layout stores annotations of index-descriptor', () => {
    const inputs = inputsOf({ images: 'a', push: 'true', annotations: 'index-descriptor:a=b' })
    expect(keptWarnings(inputs, { load: false, store: 'containerd', notPushed: undefined })).toEqual([
      expect.stringContaining('only in an OCI layout'),
    ])
  })
})
