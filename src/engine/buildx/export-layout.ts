import { mkdirSync, rmSync } from 'node:fs'
import { type ImageTree, walkImage } from '../../oci/image-tree.ts'
import { layoutStore, readBlob, readLayout } from '../../oci/layout.ts'
import { repositoriesOf } from '../../oci/repositories.ts'
import { type BlobReader, byDigest, firstOf } from '../../oci/store.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'
import { registryStore } from '../../registry/registry-store.ts'
import { formatBytes } from '../../text/bytes.ts'
import type { BuiltImage } from '../built.ts'
import type { Buildx } from './buildx.ts'
import { type CallResult, callBuildx } from './call.ts'
import { platformsOf, seedHolds, seedLayout, usedSeed, writeSeed } from './seed.ts'

/**
 * What is not exported from the builder: layers that nobody reads in the layout, with their location; or `published`,
 * those that every planned repository already has.
 */
export type LeftOut = ReadonlyMap<Descriptor, BlobReader> | 'published'

/**
 * Builds all platforms in one call into the OCI layout directory `dir`. If a repository has lost content that was left
 * out in the meantime, a second call, answered from the cache, exports everything.
 */
export async function exportLayout(
  buildx: Buildx,
  dir: string,
  leftOut: LeftOut,
): Promise<CallResult & { readonly content: BuiltImage }> {
  const {
    plan,
    host,
    access: { registry },
  } = buildx.run
  const { platforms } = buildx.build
  const call = (by = buildx) => callBuildx(by, { platforms, outputs: [{ kind: 'layout', dir }] })
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir)
  if (leftOut !== 'published') {
    const seed = await writeSeed(dir, [...leftOut.keys()])
    const result = await call()
    const tree = await readTree(dir)
    const remote = new Map(
      usedSeed(seed, tree).flatMap((layer) => {
        const reader = leftOut.get(layer)
        return reader ? [[layer.digest, reader] as const] : []
      }),
    )
    const inherited = new Map([...remote.keys()].map((digest) => [digest, platformsOf(digest, tree)] as const))
    return { ...result, content: { tree, blobs: readerOf(dir, remote), inherited } }
  }

  const over = new AbortController()
  const seeding = seedLayout(dir, plan.references, {
    registry,
    log: host.log,
    signal: AbortSignal.any([host.signal, over.signal]),
  })
  const first = await call().finally(() => over.abort())
  const tree = await readTree(dir)
  const seed = usedSeed(await seeding, tree)
  if (await seedHolds(seed, plan.references, { registry, signal: host.signal })) {
    const bytes = seed.reduce((sum, { size }) => sum + size, 0)
    if (bytes > 0) host.log.info(`${formatBytes(bytes)} are in the registry already and stayed on the daemon`)
    const [repository] = repositoriesOf(plan.references)
    const store = repository && registryStore(registry, repository)
    const remote = new Map(store ? seed.map(({ digest }) => [digest, store] as const) : [])
    const inherited = new Map(seed.map((layer) => [layer.digest, layer.publishedFor] as const))
    return { ...first, content: { tree, blobs: readerOf(dir, remote), inherited } }
  }
  host.log.info('The registry has lost layers of the image before: exporting all of them')
  rmSync(dir, { recursive: true })
  mkdirSync(dir)
  const again = { ...buildx, build: { ...buildx.build, cacheTo: [] } }
  return { ...(await call(again)), content: { tree: await readTree(dir), blobs: layoutStore(dir) } }
}

/** Placeholders have no content, so it is read from its original location. */
function readerOf(dir: string, remote: ReadonlyMap<Digest, BlobReader>): BlobReader {
  return firstOf(byDigest(remote), layoutStore(dir))
}

async function readTree(dir: string): Promise<ImageTree> {
  return walkImage(await readLayout(dir), (descriptor) => readBlob(dir, descriptor))
}
