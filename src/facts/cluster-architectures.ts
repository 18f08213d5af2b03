import { member } from '../bounds/json.ts'
import { messageOf } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { callApi, readAnswer } from '../kubernetes/api.ts'
import { readKubeconfig } from '../kubernetes/kubeconfig.ts'

export type ClusterQuery = {
  /** Default: the current context. */
  readonly context: string | undefined
  /** Whether the pods tolerate the taints of nodes. */
  readonly toleratesTaints: boolean
}

/** Timeout (milliseconds). A cluster that does not answer is reported by preflight. */
const patience = 5000

/**
 * Returns the architectures of the Linux nodes of a cluster that take new pods, the most frequent first; undefined if they cannot be read, such as by a user
 * without permissions outside of a namespace. Never throws unless the run is cancelled.
 */
export async function findArchitectures(
  host: Pick<Host, 'env' | 'http' | 'exec' | 'signal' | 'log'>,
  { context, toleratesTaints }: ClusterQuery,
): Promise<readonly string[] | undefined> {
  try {
    const cluster = await readKubeconfig(host, { context })
    const path = '/api/v1/nodes?limit=500'
    const { ok, body, message } = await readAnswer(
      await callApi(cluster, { method: 'GET', path, timeout: patience }, host),
    )
    const nodes = member(body, 'items')
    if (!ok || !Array.isArray(nodes)) {
      host.log.info(`The architectures of the cluster's nodes are not known: ${message || 'the API lists no nodes'}`)
      return undefined
    }
    const counts = new Map<string, number>()
    for (const node of nodes) {
      const found = architectureOf(node, toleratesTaints)
      if (found !== undefined) counts.set(found, (counts.get(found) ?? 0) + 1)
    }
    return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name)
  } catch (error) {
    if (host.signal.aborted) throw error
    host.log.debug(`The architectures of the cluster's nodes are not known: ${messageOf(error)}`)
    return undefined
  }
}

function architectureOf(node: unknown, toleratesTaints: boolean): string | undefined {
  const spec = member(node, 'spec')
  if (member(spec, 'unschedulable') === true) return undefined
  const taints = member(spec, 'taints')
  const repels = Array.isArray(taints) && taints.some((taint) => member(taint, 'effect') !== 'PreferNoSchedule')
  if (repels && !toleratesTaints) return undefined
  const labels = member(member(node, 'metadata'), 'labels')
  const [os, architecture] = ['kubernetes.io/os', 'kubernetes.io/arch'].map((key) => member(labels, key))
  return os === 'linux' && typeof architecture === 'string' ? architecture : undefined
}
