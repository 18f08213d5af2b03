import { positional } from '../host/exec/positional.ts'
import type { Host } from '../host/host.ts'
import { formatPlatform, parsePlatform, platformEquals } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import { docker } from './docker.ts'
import type { ImageStore } from './server.ts'

/**
 * Whether the daemon has the image for the platform itself: one that an earlier step built is in no registry. Undefined
 * where it has the image but cannot tell for which platforms: the containerd store keeps several, and Docker before 28
 * shows its own alone.
 */
export async function isInStore(
  { reference, platform }: { readonly reference: string; readonly platform: Platform },
  { store, env }: ImageStore,
  host: Pick<Host, 'exec'>,
): Promise<boolean | undefined> {
  const inspect = (...options: readonly string[]) => {
    const args = ['image', 'inspect', '--format', format, ...options, ...positional(reference)]
    return docker(host, args, { env, timeout: 20_000 })
  }
  const shown = await inspect()
  if (!shown.ok) return false
  const found = shown.stdout.trim()
  if (found === formatPlatform(platform) || platformEquals(parsePlatform(found), platform)) return true
  if (store === 'classic') return false
  const asked = await inspect('--platform', formatPlatform(platform))
  if (asked.ok) return true
  return /does not provide the specified platform/.test(asked.stderr) ? false : undefined
}

const format = '{{.Os}}/{{.Architecture}}{{with .Variant}}/{{.}}{{end}}'
