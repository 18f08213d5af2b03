import { member } from '../bounds/json.ts'
import type { Host } from '../host/host.ts'
import { apiFailure, callApi, type KubeHost, readAnswer } from './api.ts'
import type { KubeCluster } from './cluster.ts'
import { type RecordedCluster, readRecordedCluster } from './recorded-cluster.ts'

/** The annotation of a namespace that a step has created: the name of its run. */
const annotation = 'polyarch.build/created-by'

/**
 * Creates a namespace. One that was created meanwhile by somebody else is used, and is not removed.
 *
 * @throws ActionError with the words of the API
 */
export async function createNamespace(
  { name, session }: { readonly name: string; readonly session: string },
  cluster: KubeCluster,
  host: KubeHost,
): Promise<void> {
  const metadata = {
    name,
    annotations: { [annotation]: session },
    labels: { 'app.kubernetes.io/managed-by': 'polyarch' },
  }
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata }
  const answer = await readAnswer(await callApi(cluster, { method: 'POST', path: '/api/v1/namespaces', body }, host))
  if (!answer.ok && answer.reason !== 'AlreadyExists') throw apiFailure(`create the namespace ${name}`, answer)
}

type RecordedNamespace = RecordedCluster & { readonly name: string; readonly session: string }

/**
 * Removes a namespace that the step of this name has created, in the cluster that the kubeconfig of this moment has for the recorded context. Another one is left
 * untouched.
 *
 * @throws ActionError with the words of the API; Error if others use the namespace, or if the kubeconfig names another cluster now
 */
export async function removeNamespace(
  { name, session, ...recorded }: RecordedNamespace,
  host: KubeHost & Pick<Host, 'env'>,
): Promise<void> {
  const cluster = await readRecordedCluster(recorded, host)
  const ask = async (method: 'GET' | 'DELETE', path: string) =>
    readAnswer(await callApi(cluster, { method, path }, host))
  const path = `/api/v1/namespaces/${name}`
  const found = await ask('GET', path)
  if (found.status === 404) return
  if (!found.ok) throw apiFailure(`read the namespace ${name}`, found)
  if (member(member(member(found.body, 'metadata'), 'annotations'), annotation) !== session) return
  const deployments = await ask('GET', `/apis/apps/v1/namespaces/${name}/deployments?limit=1`)
  const items = member(deployments.body, 'items')
  // A step of another job may have found it, and builds in it.
  if (Array.isArray(items) && items.length > 0) throw new Error('it has Deployments that this step did not create')
  const answer = await ask('DELETE', path)
  if (!answer.ok && answer.status !== 404) throw apiFailure(`delete the namespace ${name}`, answer)
}
