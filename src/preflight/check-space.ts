import { freeSpace } from '../host/free-space.ts'
import type { Run } from '../run-context.ts'
import { formatBytes } from '../text/bytes.ts'

/** Free space in bytes below which a warning is shown: an unpacked base image with a toolchain takes as much. */
const littleSpace = 2 * 1024 ** 3

/** Warns about each build directory with less than `enough` bytes of free space. Never fails. */
export async function checkSpace({ plan, host }: Pick<Run, 'plan' | 'host'>, enough = littleSpace): Promise<void> {
  const { dataRoot } = plan.engine.traits
  const folders = [
    { path: host.tempDir, use: 'where this step puts the image together' },
    ...(dataRoot ? [{ path: dataRoot, use: 'where Docker keeps images and build cache' }] : []),
  ]
  for (const { path, use } of folders) {
    const free = await freeSpace(path)
    if (free === undefined) host.log.debug(`Preflight cannot tell how much space is free in ${path}`)
    else if (free < enough) {
      host.log.warning(`Only ${formatBytes(free)} (${free} bytes) are free in ${path}, ${use}: the build may run out`)
    }
  }
}
