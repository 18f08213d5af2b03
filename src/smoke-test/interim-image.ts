import { recordTask } from '../cleanup/cleanup.ts'
import { docker } from '../docker/docker.ts'
import { shortCall } from '../docker/hanging-daemon.ts'
import { loadImage } from '../docker/load-image.ts'
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
  /** Environment of the docker program. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * Has the image of one platform in the daemon's store under a name of this run while `work` lasts.
 *
 * @throws ActionError what loading throws, and what `work` throws
 */
export async function withInterimImage<T>(
  image: Image,
  daemon: DockerServer,
  { name, content, host, env, work }: InterimOptions & { readonly work: () => Promise<T> },
): Promise<T> {
  recordTask(host.tempDir, { kind: 'image', reference: name, env })
  try {
    const own = { ...content, tree: onlyImage(content.tree, image) }
    await loadImage(own, daemon, { references: [parseReference(name)], host, env })
    return await work()
  } finally {
    if (!host.signal.aborted) await docker(host, ['image', 'rm', '--force', name], { env, timeout: shortCall })
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
