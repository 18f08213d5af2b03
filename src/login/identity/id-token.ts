import { limits } from '../../bounds/limits.ts'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import { cancelled } from '../../errors/cancelled.ts'
import type { Identity } from '../../inputs/inputs.ts'
import type { Asking } from './ask-service.ts'

/** Returns the OIDC token of the job for an audience. */
export type GetIdToken = (audience: string, what: string) => Promise<string>

/** A registry with one kind of identity, and the job's token for it. */
export type AskedLogin<Kind extends Identity['kind']> = {
  readonly registry: string
  readonly identity: Extract<Identity, { readonly kind: Kind }>
  readonly idToken: GetIdToken
}

/** Requests the OIDC token of the job from GitHub through @actions/core, which is loaded on demand. */
export function createGetIdToken({ env, signal, mask }: Pick<Asking, 'env' | 'signal' | 'mask'>): GetIdToken {
  return async (audience, what) => {
    if (!env['ACTIONS_ID_TOKEN_REQUEST_URL'] || !env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']) {
      throw new ActionError('registry-unauthorized', `${what}: the job has no permission to request an OIDC token`, {
        hint: 'Add `id-token: write` to the permissions of the job, next to `contents: read`. GitHub does not grant it to pull requests from forks.',
      })
    }
    const over = AbortSignal.any([signal, AbortSignal.timeout(limits.idTokenTime)])
    try {
      const { getIDToken } = await import('@actions/core')
      const stopped = new Promise<never>((_, reject) => {
        over.addEventListener('abort', () => reject(new Error(`no answer within ${limits.idTokenTime / 1000} s`)))
      })
      const token = await Promise.race([getIDToken(audience), stopped])
      mask(token)
      return token
    } catch (error) {
      if (signal.aborted) throw cancelled(undefined, error)
      const found = messageOf(error).replace(/\s+/g, ' ').trim().slice(0, 300)
      throw new ActionError('registry-unavailable', `${what}: GitHub did not issue an OIDC token: ${found}`, {
        hint: 'Run the job again. If it fails each time, check `id-token: write` in the permissions of the job.',
        cause: error,
      })
    }
  }
}
