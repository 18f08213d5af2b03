import { describe, expect, it } from 'vitest'
import type { BuiltImage } from '../../../src/engine/built.ts'
import type { ImageConfig } from '../../../src/oci/config.ts'
import type { Image } from '../../../src/oci/image-tree.ts'
import type { Descriptor, Digest } from '../../../src/oci/types.ts'
import type { Checked } from '../../../src/preflight/preflight.ts'
import { layersToRead } from '../../../src/verify/own-layers.ts'

const digest = (name: string): Digest => `sha256:${name.repeat(64)}`
const layer = (name: string): Descriptor => ({ mediaType: 'layer', digest: digest(name), size: 1 })
const platform = { os: 'linux', architecture: 'amd64' }

/** Runs `layersToRead` for layers `a` to `c` on a base image, whose configuration is read `reads` times. */
async function read({ ofBase, inherited }: { readonly ofBase: string; readonly inherited: string }) {
  const layers = ['a', 'b', 'c'].map(layer)
  const reads: string[] = []
  const config = async () => {
    reads.push('configuration')
    return Buffer.from(
      JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digest('1')] } }),
    )
  }
  const image = { platform, layers } as unknown as Image
  const base = { platform, image: { manifest: { layers: [...ofBase].map(layer) }, config } }
  const configuration = { rootfs: { diff_ids: ['1', '2', '3'].map(digest) } } as unknown as ImageConfig
  const found = await layersToRead(image, configuration, {
    checked: { bases: [base] } as unknown as Checked,
    content: {
      inherited: new Map([...inherited].map((name) => [digest(name), ['linux/amd64']])),
    } as unknown as BuiltImage,
    full: false,
  })
  return { found: layers.filter((one) => found.includes(one)).map((one) => one.digest), reads: reads.length }
}

describe('layersToRead() reads the configuration of a base image', () => {
  it.each([
    { name: 'not if its layers are in the image', ofBase: 'a', inherited: '', found: ['b', 'c'], reads: 0 },
    { name: 'not if they are in the current image, too', ofBase: 'a', inherited: 'a', found: ['b', 'c'], reads: 0 },
    { name: 'if the engine has compressed its layers again', ofBase: 'f', inherited: '', found: ['b', 'c'], reads: 1 },
  ])('$name', async ({ ofBase, inherited, found, reads }) => {
    expect(await read({ ofBase, inherited })).toEqual({ found: found.map(digest), reads })
  })
})
