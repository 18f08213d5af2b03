import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import type { Access } from '../login/login.ts'
import type { Platform } from '../oci/types.ts'
import type { Plan } from '../plan/plan.ts'
import { generatorOf } from '../plan/sbom-generator.ts'
import { isInStore } from './local-image.ts'

/**
 * Checks that the image that makes the SBOM can be pulled: BuildKit asks for it when everything else is built.
 *
 * @throws ActionError `image-not-found`, `registry-unauthorized`, `registry-denied`, `platform-unsupported`
 */
export async function checkSbomGenerator(
  { engine, build }: Plan,
  { login, host }: { readonly login: Pick<Access, 'findImage'>; readonly host: Host },
): Promise<void> {
  if (engine.name !== 'buildx' || build.sbom === undefined) return
  const reference = generatorOf(build.sbom)
  // It runs on the builder, which is of its own platform.
  const platform = platformOf(engine.natives[0])
  try {
    await login.findImage(reference, platform)
  } catch (error) {
    if (!(error instanceof ActionError) || error.code === 'cancelled') throw error
    const stored =
      engine.builder.driver === 'docker' && (await isInStore({ reference, platform, line: 0 }, { engine, host }))
    if (stored !== false) return
    if (certain.has(error.code)) {
      throw new ActionError(error.code, `Cannot attach an SBOM with ${reference}: ${error.message}`, {
        hint: 'Name a generator that the builder can pull, `sbom: generator=…`, or set `sbom: false`.',
        cause: error,
      })
    }
    // The builder may have another way there: a mirror, a network of its own.
    host.log.info(`Preflight could not check the SBOM generator ${reference}: ${error.message}`)
  }
}

const certain = new Set(['platform-unsupported', 'image-not-found', 'registry-unauthorized', 'registry-denied'])

function platformOf(native: string | undefined): Platform {
  const [os = 'linux', architecture = 'amd64'] = (native ?? 'linux/amd64').split('/')
  return { os, architecture }
}
