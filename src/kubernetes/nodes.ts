import { member } from '../bounds/json.ts'
import type { Platform } from '../oci/types.ts'
import { isTolerated, type Toleration } from './tolerations.ts'

/** Path of the request that lists the nodes of a cluster. */
export const nodesPath = '/api/v1/nodes?limit=500'

/**
 * Returns the platform of each node that takes new pods with these tolerations, from the list of nodes that the API returned.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch
 */
export function platformsOfNodes(list: unknown, tolerations: readonly Toleration[]): readonly Platform[] {
  const items = member(list, 'items')
  return Array.isArray(items) ? items.flatMap((node: unknown) => platformOf(node, tolerations)) : []
}

function platformOf(node: unknown, tolerations: readonly Toleration[]): readonly Platform[] {
  const spec = member(node, 'spec')
  if (member(spec, 'unschedulable') === true) return []
  const taints = member(spec, 'taints')
  if (Array.isArray(taints) && !taints.every((taint: unknown) => isTolerated(taint, tolerations))) return []
  const labels = member(member(node, 'metadata'), 'labels')
  const [os, architecture] = [member(labels, 'kubernetes.io/os'), member(labels, 'kubernetes.io/arch')]
  return typeof os === 'string' && typeof architecture === 'string' ? [{ os, architecture }] : []
}
