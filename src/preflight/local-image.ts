import type { Host } from '../host/host.ts'
import { formatPlatform, parsePlatform, platformEquals } from '../oci/platform.ts'
import type { BaseUse } from './bases.ts'

/** Whether the daemon has the image for the platform itself: one that an earlier step built is in no registry. */
export async function isInStore(
  { reference, platform }: BaseUse,
  { host, env }: { readonly host: Pick<Host, 'exec'>; readonly env: Readonly<Record<string, string>> },
): Promise<boolean> {
  const format = '{{.Os}}/{{.Architecture}}{{with .Variant}}/{{.}}{{end}}'
  const args = ['image', 'inspect', '--format', format, reference]
  const result = await host.exec('docker', args, { env, timeout: 20_000 })
  if (!result.ok) return false
  const found = result.stdout.trim()
  return found === formatPlatform(platform) || platformEquals(parsePlatform(found), platform)
}
