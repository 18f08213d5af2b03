import { ActionError, messageOf } from '../../../errors/action-error.ts'
import type { Host } from '../../../host/host.ts'
import { callApi } from '../../../kubernetes/api.ts'
import type { KubeCluster } from '../../../kubernetes/cluster.ts'

/** Milliseconds between two requests. */
const interval = 5_000
/** Milliseconds for one answer. */
const timeout = 5_000
/** Milliseconds that an API may be away: one that restarts takes some seconds. */
const patience = 30_000

/**
 * Runs `work`, a call of buildx, and ends it if the API of a cluster is away: buildx reaches its builder through the API, and waits for minutes for one that does
 * not answer. A call that failed while the API was away is not the failure of the build: it is reported once the API has come back, if it does.
 *
 * @returns what `work` returns
 * @throws ActionError `daemon-unreachable` if an API stays away
 */
export async function watchCluster<T extends { readonly ok: boolean }>(
  clusters: readonly KubeCluster[],
  host: Pick<Host, 'http' | 'exec' | 'signal' | 'clock' | 'log'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController()
  if (clusters.length === 0) return await work(lost.signal)
  const over = new AbortController()
  const { clock, signal } = host
  const ending = AbortSignal.any([signal, over.signal])
  /** Of each API that is away, when it was found to be: milliseconds since the epoch. */
  const since = new Map<KubeCluster, number>()

  const look = async (cluster: KubeCluster, within: AbortSignal): Promise<void> => {
    const problem = await problemOf(cluster, { ...host, signal: within })
    // An aborted request says nothing about the API.
    if (within.aborted) return
    if (problem === undefined) {
      since.delete(cluster)
      return
    }
    const now = clock.now().getTime()
    const first = since.get(cluster) ?? now
    since.set(cluster, first)
    if (first === now) host.log.debug(`The Kubernetes API at ${cluster.server} does not answer: ${problem}`)
    if (now - first >= patience) throw away(cluster, problem)
  }
  const watchAll = async (): Promise<void> => {
    while (!ending.aborted) {
      await clock.sleep(interval, ending)
      await Promise.all(clusters.map((cluster) => look(cluster, ending)))
    }
  }
  const watching = watchAll().catch((error: unknown) => {
    if (!ending.aborted) lost.abort(error)
  })
  try {
    const result = await work(lost.signal)
    over.abort()
    await watching
    if (result.ok) return result
    for (const cluster of clusters) {
      await look(cluster, signal)
      while (since.has(cluster) && !signal.aborted) {
        await clock.sleep(interval, signal)
        await look(cluster, signal)
      }
    }
    return result
  } finally {
    over.abort()
    await watching
  }
}

/** Returns why the API does not answer; undefined if it does, whatever it says about permissions. */
async function problemOf(
  cluster: KubeCluster,
  host: Pick<Host, 'http' | 'exec' | 'signal' | 'clock'>,
): Promise<string | undefined> {
  const [late, done] = [new AbortController(), new AbortController()]
  // A connection that is accepted and then ignored has a longer limit of its own.
  const waiting = AbortSignal.any([host.signal, done.signal])
  host.clock.sleep(timeout, waiting).then(
    () => late.abort(),
    () => undefined,
  )
  try {
    const signal = AbortSignal.any([host.signal, late.signal])
    const { status, body } = await callApi(cluster, { method: 'GET', path: '/version' }, { ...host, signal })
    body.destroy()
    // A load balancer without an API behind it.
    return status >= 500 ? `HTTP status ${status}` : undefined
  } catch (error) {
    if (late.signal.aborted) return `no answer within ${timeout / 1000} s`
    // Credentials that cannot be read are reported by the program that needs them.
    if (!(error instanceof ActionError) || error.code !== 'daemon-unreachable') return undefined
    return messageOf(error.cause ?? error)
  } finally {
    done.abort()
  }
}

function away({ server, source }: KubeCluster, problem: string): ActionError {
  return new ActionError(
    'daemon-unreachable',
    `The Kubernetes API at ${server} stopped answering during the build, for ${patience / 1000} s: ${problem}`,
    { hint: `Run the job again when the API at the address in ${source} answers. Pods of this step may be left.` },
  )
}
