import { isInStore } from '../../docker/is-in-store.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Platform } from '../../oci/types.ts'
import type { Run } from '../../run-context.ts'
import { generatorOf } from '../buildkit/sbom-generator.ts'

/**
 * Checks that the image that generates the SBOM can be pulled: BuildKit pulls it after the build.
 *
 * @throws ActionError `image-not-found`, `registry-unauthorized`, `registry-denied`, `platform-unsupported`
 */
export async function checkSbomGenerator({ plan, access, host }: Run): Promise<void> {
  const { baseStore, natives } = plan.engine.traits
  const { sbom } = plan.build
  if (sbom === undefined) return
  const reference = generatorOf(sbom)
  // It runs on the builder, on the platform of its machine.
  const platform = platformOf(natives[0])
  try {
    await access.findImage(reference, platform)
  } catch (error) {
    if (!(error instanceof ActionError) || error.code === 'cancelled') throw error
    const stored = baseStore !== undefined && (await isInStore({ reference, platform }, baseStore, host))
    if (stored !== false) return
    if (certain.has(error.code)) {
      throw new ActionError(error.code, `Cannot attach an SBOM with ${reference}: ${error.message}`, {
        hint: 'Name a generator that the builder can pull, `sbom: generator=…`, or set `sbom: false`.',
        cause: error,
      })
    }
    // The builder may have other access: a mirror, or a network of its own.
    host.log.info(`Preflight could not check the SBOM generator ${reference}: ${error.message}`)
  }
}

const certain = new Set(['platform-unsupported', 'image-not-found', 'registry-unauthorized', 'registry-denied'])

function platformOf(native: string | undefined): Platform {
  const [os = 'linux', architecture = 'amd64'] = (native ?? 'linux/amd64').split('/')
  return { os, architecture }
}
