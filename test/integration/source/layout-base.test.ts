import { rmSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { blobPath } from '../../../src/oci/layout.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { findLayoutBase } from '../../../src/source/layout-base.ts'
import { builtOf, layoutFolder } from '../../support/built-image.ts'
import { writeDocuments } from '../../support/layout.ts'

const image = (platform: string) => ({ platform, layers: [{ name: platform }], execution: { Cmd: [platform] } })

/** A layout of images for these platforms, without tags. */
async function layoutOf(...platforms: readonly string[]) {
  const path = layoutFolder()
  const { content } = await builtOf(platforms.map(image), { layout: path })
  await writeDocuments(path, content.tree)
  return { path, content, wanted: { path, tag: undefined, digest: undefined } }
}

describe('findLayoutBase()', () => {
  test('returns the image for a platform, and reads its layers in the directory', async () => {
    const { path, content, wanted } = await layoutOf('amd64', 'arm64')
    const base = await findLayoutBase(wanted, parsePlatform('arm64'))
    const [layer] = content.tree.images[1]?.layers ?? []
    expect(base).toMatchObject({ place: path, layers: [layer], config: { config: { Cmd: ['arm64'] } } })
    if (layer === undefined) throw new Error('The image has no layer')
    expect(await buffer(await base.blobs.open(layer))).toHaveLength(layer.size)
    expect(base.blobs.locate?.(layer.digest) ?? []).toEqual([])
  })

  test('reads no image of another platform', async () => {
    const { path, content, wanted } = await layoutOf('amd64', 'arm64')
    rmSync(blobPath(path, content.tree.images[0]?.manifest.digest ?? 'sha256:'))
    const base = await findLayoutBase(wanted, parsePlatform('arm64'))
    expect(base.config.config.Cmd).toEqual(['arm64'])
  })

  test.each([
    {
      name: 'an index',
      platforms: ['amd64', 'arm64'],
      says: 'the base image oci-layout@sha256:.* does not have this platform',
    },
    { name: 'a manifest without an index', platforms: ['amd64'], says: 'is the image of one platform, linux/amd64' },
  ])('rejects $name without the platform', async ({ platforms, says }) => {
    const { wanted } = await layoutOf(...platforms)
    await expect(findLayoutBase(wanted, parsePlatform('riscv64'))).rejects.toMatchObject({
      code: 'platform-unsupported',
      message: expect.stringMatching(says),
    })
  })

  test('rejects a layout without listed content', async () => {
    const { path, content, wanted } = await layoutOf('amd64')
    rmSync(blobPath(path, content.tree.images[0]?.config.digest ?? 'sha256:'))
    await expect(findLayoutBase(wanted, parsePlatform('amd64'))).rejects.toMatchObject({ code: 'content-mismatch' })
  })
})
