import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageTree } from '../../src/oci/image-tree.ts'
import { writeBlob } from '../../src/oci/layout.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import type { Descriptor } from '../../src/oci/types.ts'

/** Makes a directory of blobs an OCI layout whose one image is `tree`. */
export async function writeDocuments(dir: string, { root, documents }: ImageTree): Promise<void> {
  for (const { bytes, descriptor } of documents) await writeBlob(dir, bytes, descriptor.mediaType)
  await writeIndexJson(dir, root)
}

/** Makes a directory a layout whose one image is `root`. */
export async function writeIndexJson(dir: string, root: Descriptor): Promise<void> {
  const index = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [root] }
  await writeFile(join(dir, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  await writeFile(join(dir, 'index.json'), JSON.stringify(index))
}
