import { createHttp } from '../../src/host/http/http.ts'
import { secret } from '../../src/inputs/secret.ts'
import type { Repository } from '../../src/oci/reference.ts'
import type { CredentialLookup } from '../../src/registry/auth/auth.ts'
import { createRegistryClient, type RegistryClient, type RegistryClientOptions } from '../../src/registry/client.ts'
import { createExchange } from '../../src/registry/transport/exchange.ts'
import { isLoopback } from '../../src/registry/transport/insecure.ts'
import { retryPolicy } from '../../src/retry/backoff.ts'
import { createFakeClock, type FakeClock } from './clock.ts'
import { createRecordingLog, type RecordingLog } from './log.ts'

export type TestClient = RegistryClient & {
  /** Makes the first contact with a registry, and no request after it. */
  readonly ping: (target: Repository) => Promise<unknown>
  readonly clock: FakeClock
  readonly log: RecordingLog
  readonly close: () => void
}

/** A client over real connections, whose waits take no time. */
export function createTestClient(
  options: Partial<RegistryClientOptions> & { readonly username?: string; readonly password?: string } = {},
): TestClient {
  const { http, close } = createHttp({ env: {}, certificateFolders: [] })
  const clock = createFakeClock()
  const log = createRecordingLog()
  const { username, password = '' } = options
  const credentialFor: CredentialLookup = async () =>
    username === undefined ? undefined : { kind: 'basic', username, password: secret(password) }
  const all = { http, clock, log, credentialFor, random: () => 0, retryPolicy: retryPolicy(4), ...options }
  return {
    ...createRegistryClient(all),
    ping: createExchange({ plainHttp: isLoopback, policy: all.retryPolicy, ...all }).open,
    clock,
    log,
    close,
  }
}
