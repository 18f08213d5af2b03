import type { Facts } from '../facts/facts.ts'
import type { Host } from '../host/host.ts'
import type { Plan } from '../plan/plan.ts'
import { createRegistryClient, type RegistryClient } from '../registry/client.ts'
import { createCredentialLookup } from '../registry/credentials.ts'
import { createFindImage, type FindImage } from '../registry/find-image.ts'
import { isInsecure } from '../registry/insecure.ts'
import { type RetryPolicy, retryPolicy } from '../registry/retry.ts'
import { makeDockerConfig } from './docker-config.ts'
import { maskSecrets } from './mask-secrets.ts'

export type LoggedIn = {
  /** Makes docker and buildx processes use the private configuration. */
  readonly env: Readonly<Record<string, string>>
  /** Has the same credentials as those processes. */
  readonly registry: RegistryClient
  /** How often what passes is tried again; `onRetry` keeps count. */
  readonly retries: { readonly policy: RetryPolicy; readonly onRetry: (attempt: number) => void }
  /** The most tries that any one request or build took so far. */
  readonly attempts: () => number
  /** Finds images through it, each once. */
  readonly findImage: FindImage
}

/** Writes the private Docker configuration and opens the registry client on it: one login for docker, buildx and us. */
export function logIn(plan: Plan, facts: Facts, host: Host): LoggedIn {
  for (const { password } of plan.logins) host.runner.mask(password.reveal())
  maskSecrets(plan.build.secrets, host)
  const env = makeDockerConfig(host.tempDir, facts.dockerConfigDir, {
    logins: plan.logins,
    buildxConfigDir: facts.buildxConfigDir,
  })
  let most = 1
  const retries: LoggedIn['retries'] = {
    policy: retryPolicy(plan.retries),
    onRetry: (attempt) => {
      most = Math.max(most, attempt)
    },
  }
  const registry = createRegistryClient({
    http: host.http,
    clock: host.clock,
    log: host.log,
    signal: host.signal,
    // The private configuration has the user's entries too; podman's files come after it.
    credentialFor: createCredentialLookup({
      env: { ...host.env, ...env },
      exec: host.exec,
      log: host.log,
      mask: host.runner.mask,
    }),
    retryPolicy: retries.policy,
    onRetry: retries.onRetry,
    plainHttp: (name) => isInsecure(name, plan.plainHttp),
  })
  return { env, registry, retries, attempts: () => most, findImage: createFindImage(registry, host.signal) }
}
