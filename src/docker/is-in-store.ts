import { parseJson } from '../bounds/json.ts'
import { platformEquals } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import { askDaemon, type DaemonHost, pathOf } from './call-daemon.ts'
import type { ImageStore } from './server.ts'

/**
 * Whether the daemon has the image for the platform: an image that an earlier step built may not be in a registry. Undefined
 * if it has the image but cannot report its platforms: the containerd store keeps several, and Docker before 28
 * shows only the native one.
 */
export async function isInStore(
  { reference, platform }: { readonly reference: string; readonly platform: Platform },
  store: ImageStore,
  host: DaemonHost,
): Promise<boolean | undefined> {
  const inspect = async (query = '') => {
    // https://docs.docker.com/reference/api/engine/version/v1.49/#tag/Image/operation/ImageInspect
    const path = `/images/${pathOf(reference)}/json${query}`
    try {
      return await askDaemon(store, { method: 'GET', path, timeout: 20_000 }, host)
    } catch {
      return undefined
    }
  }
  const shown = await inspect()
  if (shown?.status !== 200) return false
  if (platformEquals(platformIn(shown.text), platform)) return true
  if (store.store === 'classic') return false
  // A daemon before API 1.49 ignores the parameter.
  if (Number(store.api.split('.')[1]) < 49) return undefined
  const asked = await inspect(`?platform=${encodeURIComponent(JSON.stringify(platform))}`)
  if (asked?.status === 200) return true
  return asked !== undefined && /does not provide the specified platform/.test(asked.text) ? false : undefined
}

function platformIn(text: string): Platform {
  try {
    const { Os, Architecture, Variant } = parseJson(text) as { Os?: string; Architecture?: string; Variant?: string }
    const variant = Variant ? { variant: Variant } : {}
    return { os: Os ?? '', architecture: Architecture ?? '', ...variant }
  } catch {
    return { os: '', architecture: '' }
  }
}
