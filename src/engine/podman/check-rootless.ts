import { excerptOf } from '../../bounds/excerpt.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Podman } from '../../facts/facts.ts'
import type { Host } from '../../host/host.ts'

import { rangesHint } from './start-problem.ts'

/** Timeout for a program (milliseconds). */
const timeout = 30_000

/**
 * Checks that a rootless Podman can create files of other users than root. Without ranges in /etc/subuid, it warns and maps a single ID: a base
 * image with a file of another user then fails during the build ("potentially insufficient UIDs or GIDs available in user namespace").
 *
 * @throws ActionError `feature-missing` if the user has no ranges, or if user namespaces do not work
 */
export async function checkRootless(
  { name, path, rootless, remote }: Podman,
  { exec }: Pick<Host, 'exec'>,
): Promise<void> {
  if (!rootless || remote) return
  // Podman prints the same map in `info`, Buildah does not.
  const map = await exec(path, ['unshare', 'cat', '/proc/self/uid_map'], { timeout })
  if (!map.ok) {
    const reason = excerptOf(map.stderr.trim().split('\n').at(-1) ?? '', 300) || `exit status ${map.status}`
    throw new ActionError('feature-missing', `Cannot use ${name} without root: ${reason}`, { hint: rangesHint })
  }
  if (mappedIds(map.stdout) > 1 || (await ignoresOwners(path, { exec }))) return
  throw new ActionError(
    'feature-missing',
    `Cannot use ${name} without root: the user has no ranges of IDs in /etc/subuid and /etc/subgid`,
    { hint: rangesHint },
  )
}

/** The number of user IDs in a map of the kernel: lines of first ID inside, first ID outside, count. */
function mappedIds(map: string): number {
  const counts = map.split('\n').map((line) => Number(line.trim().split(/\s+/)[2] ?? 0))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Whether the storage gives all files to the user: https://github.com/containers/storage/blob/v1.45.0/docs/containers-storage.conf.5.md */
async function ignoresOwners(path: string, { exec }: Pick<Host, 'exec'>): Promise<boolean> {
  const { ok, stdout } = await exec(path, ['info'], { timeout })
  return ok && /ignore_chown_errors"?\s*[:=]\s*"?true/.test(excerptOf(stdout, 65_536))
}
