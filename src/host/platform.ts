import type { Platform } from '../oci/types.ts'
import type { Host } from './host.ts'

/** Returns the platform of this process. Systems other than Linux and Windows count as Linux, because they build Linux images. */
export function hostPlatform({ os }: Pick<Host, 'os'>): Platform {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  return { os: os === 'win32' ? 'windows' : 'linux', architecture }
}
