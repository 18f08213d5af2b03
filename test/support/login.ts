import type { LoggedIn } from '../../src/login/login.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { createFindImage } from '../../src/registry/find-image.ts'

/** What a step has that is logged in with `registry`. */
export function loginOf(registry: RegistryClient): LoggedIn {
  return { env: {}, registry, attempts: () => 1, findImage: createFindImage(registry) }
}
