import { ActionError } from '../../errors/action-error.ts'
import type { Repository } from '../../oci/reference.ts'
import type { Descriptor } from '../../oci/types.ts'
import { mountEndpoint } from '../endpoint.ts'
import { locate } from '../transport/deliver.ts'
import type { Exchange } from '../transport/exchange.ts'
import { cancelUpload } from './cancel-upload.ts'
import { openUpload } from './open-upload.ts'

/** Whether the blob was mounted, and the location of the upload if the registry opened one instead. */
export type MountResult = { readonly mounted: boolean; readonly location?: string }

export type Mount = (
  target: Repository,
  blob: Descriptor,
  sources: readonly Repository[],
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<MountResult>

/**
 * Creates a function that mounts blobs from other repositories of the same registry, which requires a token for both. A
 * rejection is not an error, it only requires an upload: token servers reject the pair if the user has no access to one
 * of the two (https://github.com/docker/buildx/issues/2364). It is remembered, so that a push of many layers requests
 * it once.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
export function createMount(exchange: Exchange): Mount {
  const refused = new Set<string>()

  return async (target, blob, sources, { signal }) => {
    let location: string | undefined
    for (const source of sources) {
      const pair = `${target.registry} ${target.repository} ${source.repository}`
      const possible = source.registry === target.registry && source.repository !== target.repository
      if (!possible || refused.has(pair)) continue
      const answer = await ask(target, blob, source.repository, signal).catch(async (error: unknown) => {
        if (location !== undefined) await cancelUpload(exchange, target, { location, signal })
        throw error
      })
      if (answer === 'refused') refused.add(pair)
      if (typeof answer === 'string') continue
      if (location !== undefined) await cancelUpload(exchange, target, { location, signal })
      if (answer.status === 201) return { mounted: true }
      const given = answer.headers['location']
      location = given === undefined ? undefined : locate(given, answer.url).href
    }
    return { mounted: false, ...(location === undefined ? {} : { location }) }
  }

  async function ask(target: Repository, blob: Descriptor, from: string, signal: AbortSignal | undefined) {
    try {
      const endpoint = mountEndpoint(target, blob.digest, from)
      const sent = await openUpload(signal, (late) => exchange.sendWhole(endpoint, { signal: late }))
      if (sent.ok) return sent.value
      return sent.failure.kind === 'answer' && sent.failure.status < 500 ? 'refused' : 'failed'
    } catch (error) {
      if (error instanceof ActionError && error.code !== 'cancelled') return 'refused'
      throw error
    }
  }
}
