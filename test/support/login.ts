import type { LoggedIn } from '../../src/login/login.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { createFindImage } from '../../src/registry/find-image.ts'
import { defaultRetryPolicy } from '../../src/registry/retry.ts'

/** What a step has that is logged in with `registry`. */
export function loginOf(registry: RegistryClient): LoggedIn {
  const retries = { policy: defaultRetryPolicy, onRetry: () => undefined }
  return { env: {}, registry, retries, attempts: () => 1, findImage: createFindImage(registry) }
}
