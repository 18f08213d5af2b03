import { member } from '../../../bounds/json.ts'
import { messageOf } from '../../../errors/action-error.ts'
import type { Host } from '../../../host/host.ts'
import { askApi } from '../../../kubernetes/api.ts'
import type { KubeCluster } from '../../../kubernetes/cluster.ts'
import { type BootPool, type BootProblem, bootError, bootProblem } from './boot-problem.ts'

/** A Deployment that buildx creates for one node of a builder. */
export type BootPlace = BootPool & { readonly cluster: KubeCluster; readonly deployment: string }

export type WatchedBoot = {
  readonly places: readonly BootPlace[]
  /** Whether the user has set how long a pod may wait for a node. */
  readonly waitsForNodes: boolean
}

/** Milliseconds between two looks at the pods. */
const interval = 1000

/**
 * Runs `work`, which waits until the pods of a builder are ready, and ends it as soon as a pod cannot start. A problem that Kubernetes may still solve
 * is logged once, and ends the boot only if it lasts.
 *
 * @returns what `work` returns
 * @throws ActionError why a pod does not start, also if `work` has returned a result that is not `ok`
 */
export async function watchBoot<T extends { readonly ok: boolean }>(
  { places, waitsForNodes }: WatchedBoot,
  host: Host,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (places.length === 0) return await work(host.signal)
  const over = new AbortController()
  const failed = new AbortController()
  const lasting = new Map<BootPlace, Lasting>()
  const quiet: Host = {
    ...host,
    signal: AbortSignal.any([host.signal, over.signal]),
    log: { ...host.log, info: host.log.debug },
  }

  const look = async (place: BootPlace): Promise<void> => {
    const found = await problemAt(place, quiet)
    const known = lasting.get(place)
    if (found === undefined) {
      lasting.delete(place)
      return
    }
    const now = host.clock.now().getTime()
    const isSame = known !== undefined && known.problem.pod === found.pod && kindOf(known.problem) === kindOf(found)
    // The first message is kept: `ImagePullBackOff` may have none.
    const problem = isSame && known.problem.patience <= found.patience ? known.problem : found
    const since = isSame ? known.since : now
    lasting.set(place, { problem, since })
    if (!isSame && problem.patience > 0) {
      const pod = problem.pod === undefined ? '' : ` ${problem.pod}`
      host.log.info(`Pod${pod} in ${place.namespace} is not running yet: ${problem.reason}`)
    }
    if (now - since < problem.patience) return
    if (isUnscheduled(problem) && (waitsForNodes || (await awaitsNode(place, problem, quiet)))) return
    failed.abort(bootError(problem, place))
  }
  const watchAll = async (): Promise<void> => {
    while (!over.signal.aborted && !failed.signal.aborted) {
      await host.clock.sleep(interval, over.signal)
      await Promise.all(places.map(look))
    }
  }
  // An API that does not answer is reported by buildx.
  const watching = watchAll().catch((error: unknown) => {
    if (!over.signal.aborted) host.log.debug(`Cannot watch the pods: ${messageOf(error)}`)
  })
  try {
    const result = await work(failed.signal)
    const [last] = [...lasting]
    if (!result.ok && last !== undefined) throw bootError(last[1].problem, last[0])
    return result
  } finally {
    over.abort()
    await watching
  }
}

/** `since`: milliseconds since the epoch. */
type Lasting = { readonly problem: BootProblem; readonly since: number }

function isUnscheduled({ reason, pod }: BootProblem): boolean {
  return pod !== undefined && /^(?:Unschedulable|SchedulingGated)\b/.test(reason)
}

/** The reason without its message, which changes from look to look. */
function kindOf({ reason }: BootProblem): string {
  const [kind = ''] = reason.split(':', 1)
  return /^(?:ErrImagePull|ImagePullBackOff)$/.test(kind) ? 'pull' : kind
}

async function problemAt({ cluster, namespace, deployment }: BootPlace, host: Host): Promise<BootProblem | undefined> {
  const [pods, found] = await Promise.all([
    askApi(
      cluster,
      { method: 'GET', path: `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${deployment}&limit=50` },
      host,
    ),
    askApi(cluster, { method: 'GET', path: `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}` }, host),
  ])
  const items = pods.ok ? member(pods.body, 'items') : undefined
  return bootProblem({ deployment: found.ok ? found.body : undefined, pods: Array.isArray(items) ? items : [] })
}

/** Whether an autoscaler adds a node for the pod, as it says in an event. Without the right to read events, it does not. */
async function awaitsNode({ cluster, namespace }: BootPlace, { pod }: BootProblem, host: Host): Promise<boolean> {
  const selector = encodeURIComponent(`involvedObject.name=${pod}`)
  const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}&limit=50`
  const { body } = await askApi(cluster, { method: 'GET', path }, host)
  const items = member(body, 'items')
  // Words of the Cluster Autoscaler, GKE Autopilot and Karpenter.
  const scales = (event: unknown) => /^(?:TriggeredScaleUp|Nominated)$/.test(String(member(event, 'reason')))
  return Array.isArray(items) && items.some(scales)
}
