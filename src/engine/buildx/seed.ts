import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { parallel } from '../../bounds/parallel.ts'
import { messageOf } from '../../errors/action-error.ts'
import type { Log } from '../../host/host.ts'
import { type ImageTree, walkImage } from '../../oci/image-tree.ts'
import { blobPath } from '../../oci/layout.ts'
import { isIndexType, isManifestType } from '../../oci/media-type.ts'
import { parseManifest } from '../../oci/parse.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Reference, Repository } from '../../oci/reference.ts'
import { repositoriesOf } from '../../oci/repositories.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { readConfig } from '../../registry/pull/read-config.ts'
import { registryStore } from '../../registry/registry-store.ts'

/** Bytes. A smaller layer is exported faster than looked up. */
const worthwhile = 1024 * 1024
const requestsAtOnce = 8

/** Placeholders for blobs in a layout directory: files of the right size without content. */
export type Seed<T extends Descriptor = Descriptor> = readonly T[]

/** A layer of the image that a repository has now, and the platforms, `os/arch[/variant]`, that it is for. */
export type PublishedLayer = Descriptor & { readonly publishedFor: readonly string[] }

/**
 * Makes BuildKit skip layers in its export that the registry already has. BuildKit skips a blob if its file exists in
 * the layout directory, so the large layers that the current image of every target repository has get an empty file of
 * their size: half a gigabyte that was built earlier does not leave the daemon again.
 *
 * Runs concurrently with the build, until `signal` is aborted; a layer that is found too late is exported. Never
 * throws, because it is only an optimization.
 */
export async function seedLayout(
  dir: string,
  references: readonly Reference[],
  { registry, log, signal }: { readonly registry: RegistryClient; readonly log: Log; readonly signal: AbortSignal },
): Promise<Seed<PublishedLayer>> {
  const seeded: PublishedLayer[] = []
  try {
    const [repository, ...otherRepositories] = repositoriesOf(references)
    if (repository === undefined) return seeded
    const first = await currentLayers(repository, references, { registry, signal })
    // Most images have no large layer, or are new: the other repositories are then not asked.
    const layers = await parallel(
      requestsAtOnce,
      first.length === 0 ? [] : otherRepositories,
      (other, own) => currentLayers(other, references, { registry, signal: own }),
      { signal },
    )
    const inOthers = layers.map((found) => new Map(found.map((layer) => [layer.digest, layer.publishedFor])))
    for (const layer of first.filter(({ digest }) => inOthers.every((found) => found.has(digest)))) {
      if (signal.aborted) break
      const everywhere = (platform: string): boolean =>
        inOthers.every((found) => found.get(layer.digest)?.includes(platform))
      const publishedFor = layer.publishedFor.filter(everywhere)
      if (await writePlaceholder(dir, layer)) seeded.push({ ...layer, publishedFor })
    }
  } catch (error) {
    log.debug(`No more is taken over from the registry: ${messageOf(error)}`)
  }
  return seeded
}

/** Creates placeholders for those of `layers` that are large enough, before the build starts. */
export async function writeSeed(dir: string, layers: readonly Descriptor[]): Promise<Seed> {
  const seeded: Descriptor[] = []
  for (const layer of layers) {
    if (layer.size >= worthwhile && (await writePlaceholder(dir, layer))) seeded.push(layer)
  }
  return seeded
}

/** Returns the placeholders that `tree` uses. */
export function usedSeed<T extends Descriptor>(seed: Seed<T>, tree: ImageTree): Seed<T> {
  const needed = new Set(tree.blobs.map(({ digest }) => digest))
  return seed.filter(({ digest }) => needed.has(digest))
}

/** Whether every blob of `seed` exists in every repository now. If not, the layout is unusable. */
export async function seedHolds(
  seed: Seed,
  references: readonly Reference[],
  { registry, signal }: { readonly registry: RegistryClient; readonly signal: AbortSignal },
): Promise<boolean> {
  const stores = repositoriesOf(references).map((repository) => registryStore(registry, repository))
  const checks = seed.flatMap((blob) => stores.map((store) => ({ store, blob })))
  const found = await parallel(requestsAtOnce, checks, ({ store, blob }) => store.has(blob, { signal }), { signal })
  return found.every(Boolean)
}

/**
 * Returns the large layers of the image that a repository has under one of the tags to be written, the last of them
 * first.
 */
async function currentLayers(
  repository: Repository,
  references: readonly Reference[],
  { registry, signal }: { readonly registry: RegistryClient; readonly signal: AbortSignal },
): Promise<readonly PublishedLayer[]> {
  const tags = references
    .filter((one) => one.registry === repository.registry && one.repository === repository.repository)
    .flatMap(({ tag }) => tag ?? [])
  for (const tag of tags.toReversed().slice(0, limits.previousImages)) {
    const root = await registry.getManifestOnce(repository, tag, { signal })
    if (root === undefined) continue
    const tree = await walkImage(root.descriptor, async (descriptor) => {
      if (descriptor.digest === root.descriptor.digest) return root.bytes
      // Of a single manifest, only the configuration contains the platform.
      if (!isIndexType(descriptor.mediaType) && !isManifestType(descriptor.mediaType))
        return hasLargeLayers(root.bytes) ? readConfig(registry, repository, { config: descriptor, signal }) : noConfig
      const found = await registry.getManifest(repository, descriptor.digest, { signal })
      if (found === undefined) throw new Error(`${descriptor.digest} is not in ${repository.repository}`)
      return found.bytes
    })
    return tree.blobs
      .filter(({ size }) => size >= worthwhile)
      .map((layer) => ({ ...layer, publishedFor: platformsOf(layer.digest, tree) }))
  }
  return []
}

/** Returns the platforms, `os/arch[/variant]`, whose images have a layer. */
export function platformsOf(digest: Digest, { images }: ImageTree): readonly string[] {
  const own = images.filter(({ layers }) => layers.some((layer) => layer.digest === digest))
  return own.map(({ platform }) => formatPlatform(platform))
}

function hasLargeLayers(manifest: Uint8Array): boolean {
  return parseManifest(manifest, 'Cannot read the current image').layers.some(({ size }) => size >= worthwhile)
}

/** Stands for the configuration of an image that is not used. */
const noConfig = Buffer.from('{"os":"linux","architecture":"unknown","rootfs":{"type":"layers","diff_ids":[]}}')

/** False if BuildKit has written the blob in the meantime. */
async function writePlaceholder(dir: string, { digest, size }: Descriptor): Promise<boolean> {
  const path = blobPath(dir, digest)
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'wx').catch(() => undefined)
  // Sparse: it uses no disk space.
  await file?.truncate(size).finally(() => file.close())
  return file !== undefined
}
