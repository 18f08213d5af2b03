import { ActionError } from '../../errors/action-error.ts'
import type { Repository } from '../../oci/reference.ts'
import type { Digest } from '../../oci/types.ts'
import { manifestDeleteEndpoint } from '../endpoint.ts'
import type { Exchange } from '../transport/exchange.ts'

/** Maximum number of attempts: the deletion of temporary content must not delay the step. */
const mostAttempts = 3

/**
 * Deletes a manifest or index with all its tags. Returns why the registry does not; undefined if it is deleted.
 *
 * @throws ActionError `cancelled`
 */
export async function deleteManifest(
  exchange: Exchange,
  target: Repository,
  { digest, signal }: { readonly digest: Digest; readonly signal?: AbortSignal | undefined },
): Promise<string | undefined> {
  let problem = ''
  // distribution requires `delete` in the token scope, and GHCR issues no token at all to users without permission to
  // delete.
  for (const actions of ['pull,push', 'pull,push,delete']) {
    try {
      await exchange.call(manifestDeleteEndpoint(target, digest, actions), { signal, attempts: mostAttempts })
      return undefined
    } catch (error) {
      if (!(error instanceof ActionError) || error.code === 'cancelled') throw error
      problem = error.message
      if (!authorizationErrors.has(error.code)) return problem
    }
  }
  return problem
}

const authorizationErrors: ReadonlySet<string> = new Set(['registry-unauthorized', 'registry-denied'])
