import { deadDaemonHint } from '../../docker/hanging-daemon.ts'
import { ActionError } from '../../errors/action-error.ts'
import { askBuildkitd } from '../../facts/ask-buildkitd.ts'
import { readBuilderFile } from '../../facts/builder-file.ts'
import type { SilentNode } from '../../facts/probe-nodes.ts'
import type { Host } from '../../host/host.ts'
import { formatDuration } from '../../text/duration.ts'
import { noLongerResponds } from '../buildkit/gone.ts'
import type { Progress } from '../buildkit/progress.ts'
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
}

export type Watching = Pick<Progress, 'activity'> & {
  /** Receives a node that hangs, before the error is thrown. */
  readonly onSilent?: (node: SilentNode) => void
}

/** Returns the nodes of a builder that build platforms; without assignments, each may build all of them. */
export function watchedNodes(
  stored: StoredBuilder,
  platforms: readonly string[],
  assignments: readonly Assignment[] | undefined,
): readonly WatchedNode[] {
  const nodes = readBuilderFile(builderPath(stored))?.nodes ?? []
  return nodes.flatMap(({ Name: name, Endpoint: endpoint, DriverOpts: options }): readonly WatchedNode[] => {
    const title = titleOf(String(name), String(endpoint))
    const own = platforms.filter(
      (platform) =>
        assignments === undefined || assignments.some((one) => one.platform === platform && one.node.title === title),
    )
    return own.length === 0 ? [] : [{ title, endpoint: String(endpoint), options, platforms: own }]
  })
}

/**
 * Runs `work`, a call of buildx, and ends it if one of its nodes hangs: buildx waits for it without a limit. A node hangs if it does not respond at its
 * `tcp://` address and reports no progress. Other addresses are not asked.
 *
 * @throws ActionError `daemon-unreachable` that names the node and its platforms
 */
export async function watchNodes<T>(
  nodes: readonly WatchedNode[],
  { activity, onSilent }: Watching,
  host: Pick<Host, 'http' | 'env' | 'clock' | 'signal' | 'log'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [lost, over] = [new AbortController(), new AbortController()]
  const { clock } = host
  const signal = AbortSignal.any([host.signal, over.signal])
  const watch = async ({ title, endpoint, options, platforms }: WatchedNode): Promise<void> => {
    let since: number | undefined
    let before = activity(platforms)
    while (!signal.aborted) {
      await clock.sleep(interval, signal)
      const asked = clock.now().getTime()
      const found = await askBuildkitd(endpoint, { options, signal }, host)
      if (found === undefined || signal.aborted) return
      const now = activity(platforms)
      if (found.kind !== 'silent' || now !== before) since = undefined
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
