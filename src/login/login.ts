import type { Facts } from '../facts/facts.ts'
import type { Host } from '../host/host.ts'
import type { Plan } from '../plan/plan.ts'
import type { CredentialLookup } from '../registry/auth/auth.ts'
import { toAuthFile } from '../registry/auth/auth-file.ts'
import { createCredentialLookup } from '../registry/auth/credentials.ts'
import { readDockerConfig } from '../registry/auth/docker-config-file.ts'
import { createRegistryClient, type RegistryClient } from '../registry/client.ts'
import { createFindImage, type FindImage } from '../registry/pull/find-image.ts'
import { isInsecure } from '../registry/transport/insecure.ts'
import { type RetryPolicy, retryPolicy } from '../retry/backoff.ts'
import { isKnown, makeDockerConfig, neededLogins } from './docker-config.ts'
import { keepLogins } from './keep-logins.ts'
import { maskSecrets } from './mask-secrets.ts'

export type Access = {
  /** Makes docker and buildx processes use the private configuration. */
  readonly env: Readonly<Record<string, string>>
  /** The registry client, with the same credentials as those processes. */
  readonly registry: RegistryClient
  /** The credentials of that client. */
  readonly credentialFor: CredentialLookup
  /** Maximum number of retries for transient failures; `onRetry` counts them. */
  readonly retries: { readonly policy: RetryPolicy; readonly onRetry: (attempt: number) => void }
  /** Highest number of attempts of a single request or build so far. */
  readonly attempts: () => number
  /** Finds images through the client, each only once. */
  readonly findImage: FindImage
}

/** Writes the private Docker configuration and opens the registry client on it: one login for docker, buildx and this program. */
export async function logIn(plan: Plan, facts: Facts, host: Host): Promise<Access> {
  maskSecrets(plan, host)
  const found = readDockerConfig(facts.dockerConfigDir)
  const { config } = found
  const policy = retryPolicy(plan.retries)
  // Credentials are not fetched for an unused fallback.
  const asked = plan.identities.filter(({ registry, unlessKnown }) => !(unlessKnown && isKnown(config, registry)))
  const fetched =
    asked.length === 0
      ? []
      : await (await import('./identity/resolve-identities.ts')).resolveIdentities(
          { push: plan.push && !plan.dryRun, references: plan.references, identities: asked },
          host,
          policy,
        )
  const logins = neededLogins(config, [...plan.logins, ...fetched])
  const { buildxConfigDir } = facts
  const { env, problems } = makeDockerConfig(host.tempDir, facts.dockerConfigDir, { config, logins, buildxConfigDir })
  for (const problem of [...found.problems, ...problems]) host.log.warning(problem)
  if (plan.keepLogin && !plan.dryRun) keepLogins(logins, facts.dockerConfigDir, host)
  let most = 1
  const retries: Access['retries'] = {
    policy,
    onRetry: (attempt) => {
      most = Math.max(most, attempt)
    },
  }
  const credentialFor = createCredentialLookup({
    env: host.env,
    exec: host.exec,
    log: host.log,
    mask: host.runner.mask,
    given: logins,
    docker: toAuthFile({ auths: {}, ...config }),
  })
  const registry = createRegistryClient({
    http: host.http,
    clock: host.clock,
    log: host.log,
    credentialFor,
    mask: host.runner.mask,
    retryPolicy: retries.policy,
    onRetry: retries.onRetry,
    plainHttp: (name) => isInsecure(name, plan.plainHttp),
  })
  return {
    env,
    registry,
    credentialFor,
    retries,
    attempts: () => most,
    findImage: createFindImage(registry, host.signal),
  }
}
