import type { Image, ImageTree } from '../oci/image-tree.ts'

/** Returns the part of a tree that is one platform's image. */
export function onlyImage(tree: ImageTree, image: Image): ImageTree {
  const { manifest, config, layers } = image
  const own = new Set([config, ...layers].map(({ digest }) => digest))
  return {
    root: manifest,
    blobs: tree.blobs.filter(({ digest }) => own.has(digest)),
    documents: tree.documents.filter(({ descriptor }) => descriptor.digest === manifest.digest),
    images: [image],
  }
}
