import type { ExecResult } from '../../host/host.ts'
import { formatReference } from '../../oci/reference.ts'
import type { PodmanWork } from './work.ts'

/**
 * Removes from Podman's store what earlier runs left of this image: its containers (stopped first) and the image itself under every reference,
 * then the stopped containers and dangling images that pass the filters. What does not exist, or cannot be removed, does not stop the build.
 */
export async function freshen({ run: { plan, host }, spec: { program }, env }: PodmanWork): Promise<void> {
  const run = async (...args: readonly string[]): Promise<ExecResult> => {
    const result = await host.exec(program.path, args, { env, timeout: 60_000 })
    if (!result.ok) host.log.debug(`${program.name} ${args.join(' ')}: ${result.stderr.trim()}`)
    return result
  }
  const isPodman = program.name === 'podman'
  await host.log.group('Remove what earlier runs left', async () => {
    for (const name of plan.references.map(formatReference)) {
      if (isPodman) await run('rm', '--force', '--time', '10', '--filter', `ancestor=${name}`)
      const removed = isPodman ? await run('rmi', '--force', name) : await run('rmi', name)
      if (removed.ok) host.log.info(`Removed ${name}`)
    }
    const filters = (plan.fresh?.filters ?? []).flatMap((filter) => ['--filter', filter])
    if (!isPodman) {
      await run('rmi', '--prune')
      return
    }
    await run('container', 'prune', '--force', ...filters)
    await run('image', 'prune', '--force', ...filters)
  })
}
