import { messageOf } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { callApi, readAnswer } from '../kubernetes/api.ts'
import { readKubeconfig } from '../kubernetes/kubeconfig.ts'
import { nodesPath, platformsOfNodes } from '../kubernetes/nodes.ts'
import type { Toleration } from '../kubernetes/tolerations.ts'

export type ClusterQuery = {
  /** Default: the current context. */
  readonly context: string | undefined
  /** Of the pods. */
  readonly tolerations: readonly Toleration[]
}

/** Timeout (milliseconds). A cluster that does not answer is reported by preflight. */
const patience = 5000

/**
 * Returns the architectures of the Linux nodes of a cluster that take new pods, the most frequent first; undefined if they cannot be read, such as by a user
 * without permissions outside of a namespace. Never throws unless the run is cancelled.
 */
export async function findArchitectures(
  host: Pick<Host, 'env' | 'http' | 'exec' | 'signal' | 'log'>,
  { context, tolerations }: ClusterQuery,
): Promise<readonly string[] | undefined> {
  try {
    const cluster = await readKubeconfig(host, { context })
    const { ok, body, message } = await readAnswer(
      await callApi(cluster, { method: 'GET', path: nodesPath, timeout: patience }, host),
    )
    if (!ok) {
      host.log.info(`The architectures of the cluster's nodes are not known: ${message || 'the API lists no nodes'}`)
      return undefined
    }
    const counts = new Map<string, number>()
    for (const { os, architecture } of platformsOfNodes(body, tolerations)) {
      if (os === 'linux') counts.set(architecture, (counts.get(architecture) ?? 0) + 1)
    }
    return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name)
  } catch (error) {
    if (host.signal.aborted) throw error
    host.log.debug(`The architectures of the cluster's nodes are not known: ${messageOf(error)}`)
    return undefined
  }
}
