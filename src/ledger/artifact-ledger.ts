import { parallel } from '../bounds/parallel.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { Artifact, ArtifactService } from './artifact-service.ts'
import type { Ledger } from './ledger.ts'
import { readRecord, recordDocument } from './leg-record.ts'
import { readStoredZip, storeZip } from './stored-zip.ts'

/** Maximum number of concurrent requests. */
const requestsAtOnce = 4

export type ArtifactLedgerOptions = {
  readonly service: ArtifactService
  /** Identifies the image and the run. */
  readonly key: string
  readonly host: Pick<Host, 'log' | 'signal'>
}

/** Opens the ledger in the artifacts of the run: each record is an artifact, `polyarch-leg-<key>-<platform>`. */
export function openArtifactLedger({ service, key, host: { log, signal } }: ArtifactLedgerOptions): Ledger {
  const nameOf = (platform: Platform) => `polyarch-leg-${key}-${formatPlatform(platform).replaceAll('/', '-')}`
  const collected = new Map<string, Artifact>()
  const read = async (artifact: Artifact) => {
    const content = await service.download(artifact)
    return content && readRecord(readStoredZip(content))
  }
  return {
    title: "the runner's artifact service",
    record: async (record, mayReplace) => {
      const name = nameOf(record.platform)
      const content = storeZip('record.json', Buffer.from(recordDocument(record).bytes))
      if (await service.upload(name, content)) return
      // Artifacts cannot be overwritten: the one of an earlier attempt is deleted.
      const existing = await service.find(name)
      const before = existing && (await read(existing))
      if (before && !mayReplace(before)) return
      if (existing) await service.remove(existing)
      if (await service.upload(name, content)) return
      throw new ActionError('ledger-failed', `Cannot upload the artifact ${name}: an artifact of this name exists`, {
        hint: 'Delete the artifact of this name and run the job again, or set `ledger: registry`.',
      })
    },
    collect: async (platforms) => {
      const find = async (platform: Platform) => {
        const found = await service.find(nameOf(platform))
        const record = found && (await read(found))
        if (found === undefined || record === undefined) return []
        collected.set(found.name, found)
        return [record]
      }
      return (await parallel(requestsAtOnce, platforms, find, { signal })).flat()
    },
    clear: async (platforms) => {
      const remove = async (platform: Platform) => {
        const found = collected.get(nameOf(platform))
        if (found === undefined) return
        await service.remove(found).catch((error: unknown) => {
          if (!(error instanceof ActionError) || error.code === 'cancelled') throw error
          log.info(`The artifact ${found.name} remains: ${error.message}`)
        })
      }
      await parallel(requestsAtOnce, platforms, remove, { signal })
    },
  }
}
