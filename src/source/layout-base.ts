import { join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { readBytesLimited } from '../bounds/read-limited.ts'
import { ActionError } from '../errors/action-error.ts'
import { chooseImage } from '../oci/choose-image.ts'
import { layoutStore, readBlob } from '../oci/layout.ts'
import { parseIndex } from '../oci/parse.ts'
import type { Descriptor, Digest, Platform } from '../oci/types.ts'
import { type Base, toBase } from './base.ts'

/** An image of an OCI layout directory. Without tag and digest: the one tagged `latest`, or the only one. */
export type LayoutImage = {
  readonly path: string
  readonly tag: string | undefined
  readonly digest: Digest | undefined
  /** Its name in messages. Default: the directory. */
  readonly text?: string
}

/**
 * Finds the image of a layout for a platform.
 *
 * @throws ActionError `image-not-found`, `platform-unsupported`, `content-mismatch` for an invalid layout
 */
export async function findLayoutBase(image: LayoutImage, platform: Platform): Promise<Base> {
  const { path } = image
  const root = await findRoot(image)
  const text = image.text ?? `oci-layout@${root.digest}`
  const read = (descriptor: Descriptor) => readBlob(path, descriptor)
  const { manifest } = await chooseImage(
    { descriptor: root, bytes: await read(root) },
    { text, platform },
    { document: read, config: read },
  )
  return await toBase({ manifest, config: () => read(manifest.config) }, text, {
    place: image.text ?? path,
    blobs: layoutStore(path),
  })
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
