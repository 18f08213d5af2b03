import type { Host } from '../../host/host.ts'
import type { RegistryClient } from '../../registry/client.ts'
import type { BuildRetries } from '../buildkit/retry-build.ts'

/** What all calls of one run share. */
export type BuildxCalls = {
  readonly host: Host
  /** Environment of every docker and buildx process: the private configuration and the way to the daemon. */
  readonly env: Readonly<Record<string, string>>
  /** Has the credentials of the step. */
  readonly registry: RegistryClient
  /** A name of this run alone, fit for builders, images and containers. */
  readonly name: string
  readonly retries: BuildRetries
}
