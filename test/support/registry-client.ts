import { createHttp } from '../../src/host/http.ts'
import { secret } from '../../src/inputs/secret.ts'
import type { CredentialLookup } from '../../src/registry/auth/auth.ts'
import { createRegistryClient, type RegistryClient, type RegistryClientOptions } from '../../src/registry/client.ts'
import { retryPolicy } from '../../src/retry/retry.ts'
import { createFakeClock, type FakeClock } from './clock.ts'
import { createRecordingLog, type RecordingLog } from './log.ts'

export type TestClient = RegistryClient & {
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
  return {
    ...createRegistryClient({
      http,
      clock,
      log,
      credentialFor,
      random: () => 0,
      retryPolicy: retryPolicy(4),
      ...options,
    }),
    clock,
    log,
    close,
  }
}
