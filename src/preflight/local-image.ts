import type { Host } from '../host/host.ts'
import { positional } from '../host/positional.ts'
import { formatPlatform, parsePlatform, platformEquals } from '../oci/platform.ts'
import type { BuildxEngine } from '../plan/buildx.ts'
import type { BaseUse } from '../source/bases.ts'

type Means = { readonly host: Pick<Host, 'exec'>; readonly engine: Pick<BuildxEngine, 'store' | 'env'> }

/**
 * Whether the daemon has the image for the platform itself: one that an earlier step built is in no registry. Undefined
 * where it has the image but cannot tell for which platforms: the containerd store keeps several, and Docker before 28
 * shows its own alone.
 */
export async function isInStore(
  { reference, platform }: BaseUse,
  { host, engine }: Means,
): Promise<boolean | undefined> {
  const inspect = (...options: readonly string[]) => {
    const args = ['image', 'inspect', '--format', format, ...options, ...positional(reference)]
    return host.exec('docker', args, { env: engine.env, timeout: 20_000 })
  }
  const shown = await inspect()
  if (!shown.ok) return false
  const found = shown.stdout.trim()
  if (found === formatPlatform(platform) || platformEquals(parsePlatform(found), platform)) return true
  if (engine.store === 'classic') return false
  const asked = await inspect('--platform', formatPlatform(platform))
  if (asked.ok) return true
  return /does not provide the specified platform/.test(asked.stderr) ? false : undefined
}

const format = '{{.Os}}/{{.Architecture}}{{with .Variant}}/{{.}}{{end}}'
