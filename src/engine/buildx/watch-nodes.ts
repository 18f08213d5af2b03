import { deadDaemonHint } from '../../docker/hanging-daemon.ts'
import { ActionError } from '../../errors/action-error.ts'
import { askBuildkitd } from '../../facts/ask-buildkitd.ts'
import { readBuilderFile } from '../../facts/builder-file.ts'
import { probeNodes, type SilentNode } from '../../facts/probe-nodes.ts'
import type { Host } from '../../host/host.ts'
import { within } from '../../host/within.ts'
import { formatDuration } from '../../text/duration.ts'
import { noLongerResponds } from '../buildkit/gone.ts'
import type { Progress } from '../buildkit/progress.ts'
import { traitsOf } from '../drivers.ts'
import type { Assignment } from './assign-nodes.ts'
import { builderPath, type StoredBuilder } from './builder-nodes.ts'
import { titleOf } from './node-offers.ts'

/** Milliseconds between two requests to a node. */
const interval = 10_000
/** Milliseconds that a node may neither respond nor report progress. */
const patience = 30_000

export type WatchedNode = {
  readonly title: string
  readonly endpoint: string
  /** The options of its driver, by name. */
  readonly options: unknown
  /** The platforms that it builds, `os/arch[/variant]`. */
  readonly platforms: readonly string[]
  /** Asks it through buildx; undefined if only a `tcp://` address is asked. Returns whether it used the whole time for an answer. */
  readonly ask: ((host: Asking) => Promise<boolean>) | undefined
}

type Asking = Pick<Host, 'exec' | 'http' | 'env' | 'tempDir'>

export type Watching = Pick<Progress, 'activity'> & {
  /** Receives a node that hangs, before the error is thrown. */
  readonly onSilent?: (node: SilentNode) => void
}

/**
 * Returns the nodes of a builder that build platforms; without assignments, each may build all of them. Those of a builder with several nodes
 * outside of a cluster, such as `ssh://` and Docker contexts, are also asked through buildx. A builder with one node, and clusters, are monitored otherwise.
 */
export function watchedNodes(
  { program, ...stored }: StoredBuilder & { readonly program: string },
  platforms: readonly string[],
  assignments: readonly Assignment[] | undefined,
): readonly WatchedNode[] {
  const file = readBuilderFile(builderPath(stored))
  if (file === undefined) return []
  const isAsked = file.nodes.length > 1 && !traitsOf(file.driver).inCluster
  return file.nodes.flatMap((node): readonly WatchedNode[] => {
    const { Name: name, Endpoint: endpoint, DriverOpts: options } = node
    const ask = async (host: Asking) => {
      const [found] = await probeNodes({ ...file, nodes: [node] }, { program, env: stored.env }, host)
      return found?.isSilent === true
    }
    const title = titleOf(String(name), String(endpoint))
    const own = platforms.filter(
      (platform) =>
        assignments === undefined || assignments.some((one) => one.platform === platform && one.node.title === title),
    )
    return own.length === 0
      ? []
      : [{ title, endpoint: String(endpoint), options, platforms: own, ask: isAsked ? ask : undefined }]
  })
}

/**
 * Runs `work`, a call of buildx, and ends it if one of its nodes hangs: buildx waits for it without a limit. A node hangs if it does not respond at its
 * `tcp://` address, or to buildx, and reports no progress.
 *
 * @throws ActionError `daemon-unreachable` that names the node and its platforms
 */
export async function watchNodes<T>(
  nodes: readonly WatchedNode[],
  { activity, onSilent }: Watching,
  host: Host,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [lost, over] = [new AbortController(), new AbortController()]
  const { clock } = host
  const signal = AbortSignal.any([host.signal, over.signal])
  /** Whether a node hangs; undefined if that is not known. */
  const hasHung = async ({ endpoint, options, ask }: WatchedNode, isActive: boolean): Promise<boolean | undefined> => {
    const found = await askBuildkitd(endpoint, { options, signal }, host)
    if (found !== undefined) return found.kind === 'silent'
    // buildx starts a program on the other machine for each answer.
    return isActive ? false : ask?.(within(host, over.signal))
  }
  const watch = async (node: WatchedNode): Promise<void> => {
    const { title, endpoint, platforms } = node
    let since: number | undefined
    let before = activity(platforms)
    while (!signal.aborted) {
      // The connection of each program that asks remains open as long as the node hangs: it is asked twice.
      await clock.sleep(since === undefined || endpoint.startsWith('tcp://') ? interval : patience, signal)
      const asked = clock.now().getTime()
      const isSilent = await hasHung(node, activity(platforms) !== before)
      if (isSilent === undefined || signal.aborted) return
      const now = activity(platforms)
      if (!isSilent || now !== before) since = undefined
      else since ??= asked
      before = now
      if (since === undefined) continue
      const silence = clock.now().getTime() - since
      host.log.debug(`The ${title} does not respond during the build`)
      if (silence < patience) continue
      const problem = `it ${noLongerResponds} for ${formatDuration(silence)}`
      onSilent?.({ endpoint, problem })
      throw hangs({ title, platforms }, silence)
    }
  }
  const watching = nodes.map((node) =>
    watch(node).catch((error: unknown) => {
      if (!signal.aborted) lost.abort(error)
    }),
  )
  try {
    return await work(lost.signal)
  } finally {
    over.abort()
    await Promise.all(watching)
  }
}

function hangs({ title, platforms }: Pick<WatchedNode, 'title' | 'platforms'>, silence: number): ActionError {
  const platform = platforms.join(', ')
  return new ActionError(
    'daemon-unreachable',
    `Stopped the build of ${platform}: ${title} ${noLongerResponds} for ${formatDuration(silence)}`,
    { platform, hint: deadDaemonHint },
  )
}
