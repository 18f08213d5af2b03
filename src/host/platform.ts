import type { Platform } from '../oci/types.ts'
import type { Host } from './host.ts'

/** The platform of this process, as a Linux one where it is neither Linux nor Windows, since images are made for Linux there. */
export function hostPlatform({ os }: Pick<Host, 'os'>): Platform {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  return { os: os === 'win32' ? 'windows' : 'linux', architecture }
}
