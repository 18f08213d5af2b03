import type { Access } from '../../src/login/login.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { createFindImage } from '../../src/registry/pull/find-image.ts'
import { defaultRetryPolicy } from '../../src/retry/backoff.ts'

/** The state of a step that is logged in to `registry`. */
export function loginOf(registry: RegistryClient): Access {
  const retries = { policy: defaultRetryPolicy, onRetry: () => undefined }
  return {
    env: {},
    registry,
    credentialFor: async () => undefined,
    retries,
    attempts: () => 1,
    findImage: createFindImage(registry),
  }
}
