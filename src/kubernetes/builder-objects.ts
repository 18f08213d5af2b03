import type { Host } from '../host/host.ts'
import { apiFailure, callApi, type KubeHost, readAnswer } from './api.ts'
import { type RecordedCluster, readRecordedCluster } from './recorded-cluster.ts'

/** Milliseconds for an answer: the clean-up of a step waits for it. */
const timeout = 10_000

type RecordedBuilder = RecordedCluster & { readonly name: string; readonly namespace: string }

/**
 * Removes what buildx creates for a node of a builder, in the cluster that the kubeconfig of this moment has for the recorded context. buildx itself forgets a
 * builder when it has failed to remove it (0.36). Objects that do not exist are removed.
 *
 * @throws ActionError with the words of the API; Error if the kubeconfig names another cluster now
 */
export async function removeBuilderObjects(
  { name, namespace, ...recorded }: RecordedBuilder,
  host: KubeHost & Pick<Host, 'env'>,
): Promise<void> {
  const cluster = await readRecordedCluster(recorded, host)
  const remove = async (group: string, kind: string, object: string): Promise<void> => {
    const path = `/${group}/namespaces/${namespace}/${kind}/${object}?propagationPolicy=Background`
    const answer = await readAnswer(await callApi(cluster, { method: 'DELETE', path, timeout }, host))
    // buildx creates a StatefulSet for a persistent volume only, which many users have no permissions for.
    if (answer.ok || answer.status === 404 || (answer.status === 403 && kind === 'statefulsets')) return
    throw apiFailure(`delete ${kind}/${object} in the namespace ${namespace}`, answer)
  }
  await remove('apis/apps/v1', 'deployments', name)
  await remove('apis/apps/v1', 'statefulsets', name)
  await remove('api/v1', 'configmaps', `${name}-config`)
}
