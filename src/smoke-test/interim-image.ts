import { recordTask } from '../cleanup/cleanup.ts'
import { loadImage } from '../docker/load-image.ts'
import { removeImage } from '../docker/remove.ts'
import type { DockerServer } from '../docker/server.ts'
import type { Host } from '../host/host.ts'
import type { Image, ImageTree } from '../oci/image-tree.ts'
import { parseReference } from '../oci/reference.ts'
import type { ImageContent } from '../oci/store.ts'

export type InterimOptions = {
  /** A name that is unique to this run. */
  readonly name: string
  /** The content that includes the image. */
  readonly content: ImageContent
  readonly host: Host
}

/**
 * Loads the image of one platform into the daemon's store under a name of this run, and removes it after `work`.
 *
 * @throws ActionError errors of loading and of `work`
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
    // Anything left behind by a failure or a cancelled run is removed by the cleanup.
    if (!host.signal.aborted) await removeImage(name, daemon, host).catch(() => undefined)
  }
}

/** Returns the part of a tree for one platform's image. */
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
