import { parallel } from '../bounds/parallel.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { formatPlatform } from '../oci/platform.ts'
import { formatRepository, type Repository, sanitizeTag } from '../oci/reference.ts'
import type { Digest, Platform } from '../oci/types.ts'
import type { RegistryClient } from '../registry/client.ts'
import type { Ledger } from './ledger.ts'
import { readRecord, recordDocument } from './leg-record.ts'

/** Maximum number of concurrent requests. */
const requestsAtOnce = 4

export type RegistryLedgerOptions = {
  readonly client: RegistryClient
  /** The repository that gets the tags of the ledger. */
  readonly repository: Repository
  /** Identifies the image and the run. */
  readonly key: string
  readonly host: Pick<Host, 'log' | 'signal'>
}

/**
 * Opens the ledger in an image's own repository: each record is a tag, `polyarch-leg-<key>-<platform>`, whose name all jobs know, so
 * that no list of tags is read. A record refers to the manifests of its platform, so that the registry's garbage
 * collection keeps them.
 */
export function openRegistryLedger({ client, repository, key, host: { log, signal } }: RegistryLedgerOptions): Ledger {
  const collected = new Map<string, Digest>()
  return {
    title: `the registry ${repository.registry}`,
    record: async (record, mayReplace) => {
      const tag = legTag(key, record.platform)
      const existing = await client.getManifest(repository, tag, { signal })
      const before = existing && readRecord(existing.bytes)
      if (before && !mayReplace(before)) return
      const { bytes, descriptor } = recordDocument(record)
      await client.putManifest(repository, tag, bytes, descriptor.mediaType, { signal })
    },
    collect: async (platforms) => {
      const read = async (platform: Platform) => {
        const tag = legTag(key, platform)
        const found = await client.getManifest(repository, tag, { signal })
        const record = found && readRecord(found.bytes)
        if (found === undefined || record === undefined) return []
        collected.set(tag, found.descriptor.digest)
        return [record]
      }
      return (await parallel(requestsAtOnce, platforms, read, { signal })).flat()
    },
    clear: async (platforms, image) => {
      const remove = async (platform: Platform) => {
        const tag = legTag(key, platform)
        const digest = collected.get(tag)
        if (digest === undefined) return []
        const problem = await client.deleteManifest(repository, digest, { signal })
        return problem === undefined ? [] : [{ tag, problem }]
      }
      const left = (await parallel(requestsAtOnce, platforms, remove, { signal })).flat()
      const [first] = left
      if (first === undefined) return
      // Without this, a later attempt would find the old record. The tag then refers to content that exists anyway.
      try {
        const replace = async ({ tag }: { readonly tag: string }) =>
          await client.putManifest(repository, tag, image.bytes, image.descriptor.mediaType, { signal })
        await parallel(requestsAtOnce, left, replace, { signal })
      } catch (error) {
        if (!(error instanceof ActionError) || error.code === 'cancelled') throw error
        log.debug(error.message)
      }
      log.debug(first.problem)
      const names = left.map(({ tag }) => tag).join(', ')
      log.info(`${formatRepository(repository)}: the registry does not delete the temporary tags ${names}`)
    },
  }
}

/** Returns the tag of a platform's record: at most 128 characters, all valid in a tag. */
function legTag(key: string, platform: Platform): string {
  return sanitizeTag(`polyarch-leg-${key}-${formatPlatform(platform).replaceAll('/', '-')}`)
}
