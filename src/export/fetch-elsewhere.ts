import { mkdir } from 'node:fs/promises'
import { parallel } from '../bounds/parallel.ts'
import type { Layout } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { writeBlob } from '../oci/layout.ts'
import { formatRepository } from '../oci/reference.ts'
import type { RegistryClient } from '../registry/client.ts'
import { formatBytes } from '../text/bytes.ts'

/** Blobs that come from registries at a time. */
const blobsAtOnce = 4

/**
 * Puts the blobs that a build has left in their registries, the layers of its bases, into its layout too, each checked against its
 * digest. They stay noted as elsewhere, so that a push can still have them mounted.
 *
 * @throws ActionError of the registry
 */
export async function fetchElsewhere(
  { dir, tree, elsewhere }: Layout,
  registry: RegistryClient,
  { log, signal }: Pick<Host, 'log' | 'signal'>,
): Promise<void> {
  const missing = tree.blobs.filter(({ digest }) => elsewhere?.has(digest))
  if (missing.length === 0) return
  await mkdir(dir, { recursive: true })
  const total = missing.reduce((sum, { size }) => sum + size, 0)
  log.info(`Fetching ${missing.length} layers of the base, ${formatBytes(total)}`)
  await parallel(
    blobsAtOnce,
    missing,
    async (blob, blobSignal) => {
      const source = elsewhere?.get(blob.digest)
      if (source === undefined) throw new ActionError('internal', `Nobody knows where ${blob.digest} is`)
      const { digest } = await writeBlob(
        dir,
        await registry.getBlob(source, blob, { signal: blobSignal }),
        blob.mediaType,
      )
      if (digest !== blob.digest) {
        throw new ActionError('content-mismatch', `${formatRepository(source)} gave ${digest} for ${blob.digest}`)
      }
    },
    { signal },
  )
}
