import { join } from 'node:path'
import { Readable } from 'node:stream'
import { limits } from '../bounds/limits.ts'
import { readBytesLimited } from '../bounds/read-limited.ts'
import { ActionError } from '../errors/action-error.ts'
import { readBlob } from '../oci/layout.ts'
import { isIndexType } from '../oci/media-type.ts'
import { parseIndex } from '../oci/parse.ts'
import type { Descriptor, Digest, Platform } from '../oci/types.ts'
import { createFindImage } from '../registry/pull/find-image.ts'
import { type Base, findBase } from './base.ts'

/** An image of an OCI layout folder. Without tag and digest: the one tagged `latest`, or the only one. */
export type LayoutImage = {
  readonly path: string
  readonly tag: string | undefined
  readonly digest: Digest | undefined
}

/**
 * The image that the layout has for a platform.
 *
 * @throws ActionError `image-not-found`, `platform-unsupported`, `content-mismatch` for a layout that is broken
 */
export async function findLayoutBase(image: LayoutImage, platform: Platform): Promise<Base> {
  const { path } = image
  const root = await findRoot(image)
  const read = async (digest: Digest) => {
    const descriptor = known.get(digest) ?? root
    return { descriptor, bytes: await readBlob(path, descriptor) }
  }
  const known = new Map<string, Descriptor>([[root.digest, root]])
  const find = createFindImage({
    getManifest: async (_, name) => {
      const found = await read(name as Digest)
      if (isIndexType(found.descriptor.mediaType)) {
        const { manifests } = parseIndex(found.bytes, `Cannot read index ${name} of the OCI layout in ${path}`)
        for (const manifest of manifests) known.set(manifest.digest, manifest)
      }
      return found
    },
    getBlob: async (_, descriptor) => Readable.from([await readBlob(path, descriptor)]),
  })
  return { ...(await findBase(find, `oci-layout@${root.digest}`, platform)), origin: { kind: 'layout', dir: path } }
}

const refName = 'org.opencontainers.image.ref.name'

async function findRoot({ path, tag, digest }: LayoutImage): Promise<Descriptor> {
  const { manifests } = parseIndex(
    await readBytesLimited(join(path, 'index.json'), limits.manifest),
    `Cannot read the OCI layout in ${path}: index.json`,
  )
  const named = manifests.find(({ annotations }) => annotations?.[refName] === (tag ?? 'latest'))
  const only =
    tag === undefined && new Set(manifests.map((manifest) => manifest.digest)).size === 1 ? manifests[0] : undefined
  const found = digest === undefined ? (named ?? only) : manifests.find((manifest) => manifest.digest === digest)
  if (found !== undefined) return found
  throw new ActionError('image-not-found', `Cannot find ${digest ?? tag ?? 'latest'} in the OCI layout in ${path}`, {
    hint: `It has ${manifests.map((manifest) => manifest.annotations?.[refName] ?? manifest.digest).join(', ')}.`,
  })
}
