import { recordTask } from '../cleanup/cleanup.ts'
import { loadImage } from '../docker/load-image.ts'
import { removeImage } from '../docker/remove.ts'
import type { DockerServer } from '../docker/server.ts'
import type { Host } from '../host/host.ts'
import type { Image, ImageTree } from '../oci/image-tree.ts'
import { parseReference } from '../oci/reference.ts'
import type { ImageContent } from '../oci/store.ts'

export type InterimOptions = {
  /** Name of this run alone. */
  readonly name: string
  /** What the image is one of. */
  readonly content: ImageContent
  readonly host: Host
}

/**
 * Has the image of one platform in the daemon's store under a name of this run while `work` lasts.
 *
 * @throws ActionError what loading throws, and what `work` throws
 */
export async function withInterimImage<T>(
  image: Image,
  daemon: DockerServer,
  { name, content, host, work }: InterimOptions & { readonly work: () => Promise<T> },
): Promise<T> {
  recordTask(host.tempDir, { kind: 'image', reference: name })
  try {
    const own = { ...content, tree: onlyImage(content.tree, image) }
    await loadImage(own, daemon, { references: [parseReference(name)], host })
    return await work()
  } finally {
    // What fails here, and what a cancelled run leaves, is the clean-up's.
    if (!host.signal.aborted) await removeImage(name, daemon, host).catch(() => undefined)
  }
}

/** The part of a tree that is one platform's image. */
function onlyImage(tree: ImageTree, image: Image): ImageTree {
  const { manifest, config, layers } = image
  const own = new Set([config, ...layers].map(({ digest }) => digest))
  return {
    root: manifest,
    blobs: tree.blobs.filter(({ digest }) => own.has(digest)),
    documents: tree.documents.filter(({ descriptor }) => descriptor.digest === manifest.digest),
    images: [image],
  }
}
