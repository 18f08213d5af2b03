import type { Host } from '../host/host.ts'
import type { KubeHost } from './api.ts'
import type { KubeCluster } from './cluster.ts'
import { readKubeconfig } from './kubeconfig.ts'

/** The cluster of an object that clean-up removes. */
export type RecordedCluster = {
  readonly server: string
  /** Undefined for the service account of a pod. */
  readonly context?: string | undefined
}

/**
 * Returns the cluster that the current kubeconfig has for a recorded context.
 *
 * @throws Error if it is another cluster now; the errors of `readKubeconfig`
 */
export async function readRecordedCluster(
  { server, context }: RecordedCluster,
  host: KubeHost & Pick<Host, 'env'>,
): Promise<KubeCluster> {
  const cluster = await readKubeconfig(host, { context })
  if (cluster.server === server) return cluster
  throw new Error(`it is in the cluster ${server}, and the kubeconfig names ${cluster.server}`)
}
