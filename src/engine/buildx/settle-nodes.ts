import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import { readBuilderFile } from '../../facts/builder-file.ts'
import { type ProbedNode, probeNodes, type SilentNode } from '../../facts/probe-nodes.ts'
import type { Host } from '../../host/host.ts'
import { isEmulated } from '../is-emulated.ts'
import { type Assignment, assignmentLines, assignNodes, type NodeOffer, offersPlatform } from './assign-nodes.ts'
import { builderPath, declareNodes, type StoredBuilder } from './builder-nodes.ts'
import { declaredInBuilder, type PlannedOffer, titleOf } from './node-offers.ts'
import { setAside } from './set-aside.ts'

export type SettledBuilder = StoredBuilder & {
  /** Path of the buildx binary. */
  readonly program: string
  /** `os/arch[/variant]` of each platform of the build. */
  readonly platforms: readonly string[]
  /** Those of the platforms that the image may lack. */
  readonly optional: readonly string[]
  /** The nodes of the inputs; empty for a builder that this step did not create. */
  readonly planned: readonly PlannedOffer[]
  /** The nodes that did not respond in time a moment ago. They are asked again only if a platform needs them. */
  readonly silent: readonly SilentNode[]
  /** Whether the log of the plan names the node of each platform. */
  readonly isPlanned: boolean
}

/** A node that could not even be added to the builder. */
export type LostNode = { readonly offer: NodeOffer; readonly problem: string }

/**
 * Removes nodes that do not respond from the step's copy of the builder, and declares their platforms for nodes that can
 * build them: buildx fails the whole build otherwise. Returns the node of each platform; undefined if the builder has one node, or if it is
 * not known.
 *
 * @throws ActionError `daemon-unreachable` that names the nodes, their platforms and the causes, if no other node can;
 * `platform-unsupported` if only optional platforms lack a node
 */
export async function settleNodes(
  builder: SettledBuilder,
  host: Asking,
  lost: readonly LostNode[] = [],
): Promise<readonly Assignment[] | undefined> {
  const { clock, signal } = host
  const end = clock.now().getTime() + limits.nodeTime
  const hung: SilentNode[] = []
  let { silent } = builder
  for (;;) {
    const settled = await settleOnce({ ...builder, silent }, host, lost)
    if (settled.error === undefined) return settled.assignments
    const { error, gone } = settled
    hung.push(
      ...gone.flatMap(({ endpoint, problem, isSilent }) => {
        const isKnown = silent.some((one) => one.endpoint === endpoint)
        return isSilent && !isKnown && problem !== undefined ? [{ endpoint, problem }] : []
      }),
    )
    // A node that refuses connections may be restarting. One that hangs has used its time.
    const mayReturn = gone.some(({ endpoint }) => !hung.some((one) => one.endpoint === endpoint))
    const waits = error.code === 'daemon-unreachable' && mayReturn
    if (!waits || clock.now().getTime() + pause >= end) throw asOptional(error, builder)
    await clock.sleep(pause, signal)
    silent = hung
  }
}

/** Returns the error as a permanent one if only optional platforms lack a node, so that the build is repeated without them. */
function asOptional(error: ActionError, { platforms, optional }: SettledBuilder): ActionError {
  if (error.platform === undefined) return error
  const names = error.platform.split(', ')
  const isOptional = names.length < platforms.length && names.every((name) => optional.includes(name))
  return isOptional ? error.with({ code: 'platform-unsupported' }) : error
}

type Asking = Pick<Host, 'exec' | 'http' | 'env' | 'log' | 'clock' | 'signal' | 'tempDir'>

/** Milliseconds until the nodes are asked again. */
const pause = 2000

/** The node of each platform, as for {@link settleNodes}; or the error of platforms without a node, and the nodes that do not respond. */
type Settled =
  | { readonly error?: undefined; readonly assignments: readonly Assignment[] | undefined }
  | { readonly error: ActionError; readonly gone: readonly ProbedNode[] }

/** Settles the nodes as they respond now. */
async function settleOnce(builder: SettledBuilder, host: Asking, lost: readonly LostNode[]): Promise<Settled> {
  const file = readBuilderFile(builderPath(builder))
  const probed = file === undefined ? [] : await probeNodes(file, builder, host)
  if (probed.length + lost.length < 2) return { assignments: undefined }
  const nodes = probed.map((node) => ({ ...node, offer: offerOf(node, builder.planned) }))
  const alive = nodes.filter(({ problem }) => problem === undefined).map(({ offer }) => offer)
  const gone = nodes.filter(({ problem }) => problem !== undefined)
  const before = assignNodes([...nodes.map(({ offer }) => offer), ...lost.map(({ offer }) => offer)], builder.platforms)
  const dead = [...gone.map(({ offer, problem = '' }) => ({ offer, problem })), ...lost]
  if (dead.length === 0) return { assignments: builder.isPlanned ? before : tellNodes(before, host) }
  const orphans = builder.platforms.filter((platform) => !alive.some((offer) => canBuild(offer, platform)))
  if (alive.length === 0 || orphans.length > 0) {
    return { error: noNodeFor(dead, alive.length === 0 ? builder.platforms : orphans), gone }
  }
  // Declared, because buildx connects to all nodes and takes the first that has the platform otherwise.
  const takers = builder.platforms.map((platform) => {
    const kept = before?.find((one) => one.platform === platform)?.node
    return { platform, taker: kept !== undefined && alive.includes(kept) ? kept : takerOf(platform, alive) }
  })
  const declared = nodes
    .filter(({ problem }) => problem === undefined)
    .map(({ name, offer }) => {
      const taken = takers.flatMap(({ platform, taker }) => (taker === offer ? [platform] : []))
      const others = offer.declared.filter((platform) => !builder.platforms.includes(platform))
      return { name, offer: { ...offer, declared: [...others, ...taken] } }
    })
  setAside(
    builder,
    gone.map(({ name }) => name),
    host,
  )
  declareNodes(
    builder,
    declared.map(({ name, offer }) => ({ name, declared: offer.declared })),
  )
  const after = assignNodes(
    declared.map(({ offer }) => offer),
    builder.platforms,
  )
  for (const { offer, problem } of dead) {
    const needed = before === undefined || before.some(({ node }) => node === offer)
    const message = `The builder is used without ${offer.title}, which is not available: ${problem}`
    if (needed) host.log.warning(message)
    else host.log.info(`${message}. No platform needs it`)
  }
  return { assignments: tellNodes(after, host) }
}

function tellNodes(assignments: readonly Assignment[] | undefined, { log }: Asking): readonly Assignment[] | undefined {
  for (const line of assignmentLines(assignments ?? [])) log.info(`Platform ${line}`)
  return assignments
}

/** Returns a probed node with its platforms; `planned` are the nodes that this step created. */
function offerOf({ name, endpoint, declared, reported }: ProbedNode, planned: readonly PlannedOffer[]): NodeOffer {
  const own = planned.find((one) => one.endpoint === endpoint)
  return {
    title: titleOf(name, endpoint),
    declared,
    reported,
    native: reported?.[0] ?? own?.native,
    declaredBy: own?.declaredBy ?? declaredInBuilder(name),
  }
}

/** Returns the node that builds a platform in place of another: a native one, otherwise the one that buildx would take. */
function takerOf(platform: string, alive: readonly NodeOffer[]): NodeOffer | undefined {
  const native = alive.find((one) => one.native !== undefined && !isEmulated(platform, [one.native]))
  const able = alive.filter((one) => offersPlatform(one, platform))
  return native ?? assignNodes(able, [platform])?.[0]?.node
}

/** Whether a node has a platform, as far as is known: one that is not running may have any. */
function canBuild(offer: NodeOffer, platform: string): boolean {
  return offer.reported === undefined || offersPlatform(offer, platform)
}

function noNodeFor(dead: readonly LostNode[], platforms: readonly string[]): ActionError {
  const causes = dead.map(({ offer, problem }) => `${offer.title}: ${problem}`).join('; ')
  const certificates = dead.some(({ problem }) => /certificate|TLS|SSL|self.signed|unable to verify/i.test(problem))
  return new ActionError(
    certificates ? 'builder-denied' : 'daemon-unreachable',
    `Cannot build ${platforms.join(', ')}: no available node of the builder can. Not available: ${causes}`,
    {
      hint: certificates
        ? 'Check the certificates of the node: docs/engines/remote-and-nodes.md.'
        : 'Check that the node runs and that this machine reaches it, or add another node for the platform to `append`.',
      platform: platforms.join(', '),
    },
  )
}
