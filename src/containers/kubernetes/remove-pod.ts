import type { Host } from '../../host/host.ts'
import { apiFailure, callApi, type KubeHost, readAnswer } from '../../kubernetes/api.ts'
import type { KubeCluster } from '../../kubernetes/cluster.ts'
import { type RecordedCluster, readRecordedCluster } from '../../kubernetes/recorded-cluster.ts'

/** Path of the request that deletes a Job with its pod and its Secrets: by default the API leaves the pods of a Job alone. */
export function jobPath(name: string, namespace: string): string {
  return `/apis/batch/v1/namespaces/${namespace}/jobs/${name}?propagationPolicy=Background`
}

/**
 * Deletes the Job of a container with all that it owns. One that does not exist is removed.
 *
 * @throws ActionError with the words of the API
 */
export async function removePod(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  cluster: KubeCluster,
  host: KubeHost,
): Promise<void> {
  const answer = await readAnswer(await callApi(cluster, { method: 'DELETE', path: jobPath(name, namespace) }, host))
  if (!answer.ok && answer.status !== 404)
    throw apiFailure(`delete the Job ${name} in the namespace ${namespace}`, answer)
}

type RecordedPod = RecordedCluster & { readonly name: string; readonly namespace: string }

/**
 * As `removePod`, in the cluster that the kubeconfig of this moment has for the recorded context.
 *
 * @throws ActionError with the words of the API; Error if the kubeconfig names another cluster now
 */
export async function removeRecordedPod(
  { name, namespace, ...recorded }: RecordedPod,
  host: KubeHost & Pick<Host, 'env'>,
): Promise<void> {
  await removePod({ name, namespace }, await readRecordedCluster(recorded, host), host)
}
