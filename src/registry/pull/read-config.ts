import { limits } from '../../bounds/limits.ts'
import { readLimited } from '../../bounds/read-limited.ts'
import { ActionError } from '../../errors/action-error.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { Descriptor } from '../../oci/types.ts'
import { formatBytes } from '../../text/bytes.ts'
import type { RegistryClient } from '../client.ts'

/**
 * Returns the bytes of an image's configuration. Rejects one over `limits.config` before requesting it.
 *
 * @throws ActionError `registry-refused`, and those of the registry
 */
export async function readConfig(
  client: Pick<RegistryClient, 'getBlob'>,
  repository: Repository,
  { config, signal }: { readonly config: Descriptor; readonly signal?: AbortSignal | undefined },
): Promise<Buffer> {
  if (config.size > limits.config) {
    throw new ActionError(
      'registry-refused',
      `Cannot read configuration ${config.digest} of ${formatRepository(repository)}: it has ${formatBytes(config.size)}, the limit is ${formatBytes(limits.config)}`,
      { hint: 'Use another image: a valid configuration has a few kB.' },
    )
  }
  return await readLimited(await client.getBlob(repository, config, { signal }), limits.config)
}
