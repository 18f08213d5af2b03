import { docker } from '../../docker/docker.ts'
import type { ExecResult } from '../../host/host.ts'
import { formatReference } from '../../oci/reference.ts'
import type { Buildx } from './buildx.ts'

/**
 * Removes leftovers of earlier runs of this image from the engine: its containers (stopped first) and the image under
 * every reference, then the machine's stopped containers and dangling images that match the filters. Content that does
 * not exist or cannot be removed does not stop the build.
 */
export async function freshen({ run: { plan, host }, env }: Pick<Buildx, 'run' | 'env'>): Promise<void> {
  const run = async (...args: readonly string[]): Promise<ExecResult> => {
    const result = await docker(host, args, { env, timeout: 60_000 })
    if (!result.ok) host.log.debug(`docker ${args.join(' ')}: ${result.stderr.trim()}`)
    return result
  }
  await host.log.group('Remove what earlier runs left', async () => {
    for (const name of plan.references.map(formatReference)) {
      const containers = (await run('ps', '--all', '--quiet', '--filter', `ancestor=${name}`)).stdout
        .split('\n')
        .filter((id) => id !== '')
      if (containers.length > 0) {
        await run('stop', '--time', '10', ...containers)
        await run('rm', '--force', ...containers)
      }
      const removed = await run('image', 'rm', '--force', name)
      if (removed.ok) host.log.info(`Removed ${name} and ${containers.length} of its containers`)
    }
    const filters = (plan.fresh?.filters ?? []).flatMap((filter) => ['--filter', filter])
    await run('container', 'prune', '--force', ...filters)
    await run('image', 'prune', '--force', ...filters)
  })
}
