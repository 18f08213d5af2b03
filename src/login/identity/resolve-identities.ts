import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import type { IdentityLogin, Login } from '../../plan/logins.ts'
import type { Plan } from '../../plan/plan.ts'
import type { RetryPolicy } from '../../retry/backoff.ts'
import type { Asking } from './ask-service.ts'
import { createGetIdToken } from './id-token.ts'

/**
 * Fetches cloud credentials in parallel. Missing credentials are a warning if nothing is pushed or if they were not
 * requested: pull requests from forks have no identity.
 *
 * @throws ActionError, the first failure
 */
export async function resolveIdentities(
  plan: Pick<Plan, 'push' | 'references'> & { readonly identities: readonly IdentityLogin[] },
  host: Host,
  policy: RetryPolicy,
): Promise<readonly Login[]> {
  const { http, log, clock, signal, env, runner } = host
  const asking: Asking = { http, log, clock, signal, env, policy, mask: runner.mask }
  const found = await Promise.all(
    plan.identities.map(async (login): Promise<readonly Login[]> => {
      if (login.unasked && !(env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY'])) return []
      try {
        const logins = await fetchLogins(login, plan, asking)
        log.info(`Logged in to ${logins.map(({ registry }) => registry).join(', ')}`)
        const { scope, unlessKnown = false } = login
        return logins.map((one): Login => ({ ...one, scope, unlessKnown }))
      } catch (error) {
        const isMissing = error instanceof ActionError && error.code === 'registry-unauthorized'
        if (!isMissing || (plan.push && login.unasked === undefined)) throw error
        log.warning(`${error.message}. The step continues without these credentials`)
        return []
      }
    }),
  )
  return found.flat()
}

/** The code of each cloud, loaded on demand. */
async function fetchLogins(
  { registry, identity, unasked }: IdentityLogin,
  { push, references }: Pick<Plan, 'push' | 'references'>,
  asking: Asking,
): Promise<readonly Login[]> {
  const idToken = createGetIdToken(asking)
  switch (identity.kind) {
    case 'aws': {
      const { logInToAws } = await import('./aws.ts')
      const isCreated = push && unasked === undefined && identity.createRepository
      const targets = references.filter((one) => one.registry === registry)
      const create = isCreated ? [...new Map(targets.map((one) => [one.repository, one])).values()] : []
      return await logInToAws(asking, { registry, identity, create, idToken })
    }
    case 'google': {
      const { logInToGoogle } = await import('./google.ts')
      return [await logInToGoogle(asking, { registry, identity, idToken })]
    }
    case 'azure': {
      const { logInToAzure } = await import('./azure.ts')
      return [await logInToAzure(asking, { registry, identity, idToken })]
    }
    case 'docker-hub': {
      const { logInToHub } = await import('./docker-hub.ts')
      return [await logInToHub(asking, { registry, identity, idToken })]
    }
  }
}
