import type { Toleration } from '../../kubernetes/tolerations.ts'
import type { PlannedContainers } from '../containers.ts'
import { podProblems } from './pod-problems.ts'

/** The cluster that pods of smoke tests run in. */
export type KubeContainersSpec = {
  /** Name of a context in the kubeconfig. Default: the current one, or the service account of this pod. */
  readonly context: string | undefined
  /** Default: that of the context. */
  readonly namespace: string | undefined
  /** Taints of nodes that the pods may run on nevertheless. */
  readonly tolerations: readonly Toleration[]
}

/** Returns the plan to run containers as pods. */
export function planKubeContainers(spec: KubeContainersSpec): PlannedContainers<KubeContainersSpec> {
  const { context, namespace } = spec
  const details = [
    ...(context === undefined ? [] : [`context ${context}`]),
    ...(namespace === undefined ? [] : [`namespace ${namespace}`]),
  ]
  return {
    name: 'kubernetes',
    title: details.length === 0 ? 'Kubernetes' : `Kubernetes (${details.join(', ')})`,
    native: undefined,
    pulls: true,
    problemsOf: podProblems,
    spec,
  }
}
