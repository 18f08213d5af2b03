import { dropTask, recordTask } from '../../../cleanup/cleanup.ts'
import { sessionName } from '../../../cleanup/session-name.ts'
import type { Host } from '../../../host/host.ts'
import { askApi } from '../../../kubernetes/api.ts'
import { createNamespace } from '../../../kubernetes/namespace.ts'
import type { BootPlace } from './watch-boot.ts'

/**
 * Creates the namespaces of a builder that do not exist, and records that they must be removed.
 *
 * @throws ActionError with the words of the API
 */
export async function createNamespaces(places: readonly BootPlace[], host: Host): Promise<void> {
  const distinct = new Map(places.map((place) => [`${place.cluster.server} ${place.namespace}`, place]))
  for (const { cluster, namespace: name } of distinct.values()) {
    const found = await askApi(cluster, { method: 'GET', path: `/api/v1/namespaces/${name}` }, host)
    // A user without permission to read it has no permission to create it.
    if (found.status !== 404) continue
    const { server, context } = cluster
    const task = { kind: 'namespace', name, session: sessionName(host.tempDir), server, context } as const
    recordTask(host.tempDir, task)
    try {
      await createNamespace(task, cluster, host)
    } catch (error) {
      if (!host.signal.aborted) dropTask(host.tempDir, task)
      throw error
    }
    host.log.info(`Created the namespace ${name}: it did not exist, and is removed at the end of the step`)
  }
}
