import { parsePlatform } from '../../oci/platform.ts'
import { isEmulated } from '../is-emulated.ts'

/** A node of a builder with the platforms that buildx knows of it. */
export type NodeOffer = {
  /** How messages name it: `node two0 (tcp://host:1234)`. */
  readonly title: string
  /** The platforms that the user declared for it. */
  readonly declared: readonly string[]
  /** The other platforms that it reports; undefined if they are not known yet, because it was not started. */
  readonly reported: readonly string[] | undefined
  /** The platform that its machine runs without an emulator; undefined if it is not known. */
  readonly native: string | undefined
  /** Where its platforms are declared, for messages: `node-platforms`. */
  readonly declaredBy: string
}

/** A platform, and the node that builds it. */
export type Assignment = {
  readonly platform: string
  readonly node: NodeOffer
  /** Why this node, for the log. */
  readonly because: string
  /** Whether the node executes its binaries in an emulator; undefined if it is not known. */
  readonly emulated: boolean | undefined
  /** Another node of the builder that runs the platform natively; undefined if this one does not emulate it. */
  readonly nativeNode: NodeOffer | undefined
}

/**
 * Returns the node that buildx takes for each platform, `os/arch[/variant]`; undefined if that depends on platforms that
 * are not known yet. Pure. If every platform is declared for a node, buildx connects only to the first of these nodes.
 * Otherwise it starts all nodes and takes the first that declares or reports the exact platform, whether native or
 * emulated, then the nearest that is compatible, then the first node.
 * https://github.com/docker/buildx/blob/v0.36.1/build/resolver/driver.go
 */
export function assignNodes(
  nodes: readonly NodeOffer[],
  platforms: readonly string[],
): readonly Assignment[] | undefined {
  const [first] = nodes
  if (first === undefined) return undefined
  const declaring = platforms.map((platform) => nodes.find(({ declared }) => declared.includes(platform)))
  if (declaring.every((node) => node !== undefined)) {
    return platforms.map((platform, at) => assigned(platform, declaring[at] ?? first, { nodes, found: 'declared' }))
  }
  if (nodes.some(({ reported }) => reported === undefined)) return undefined
  return platforms.map((platform) => {
    const best = nearest(platform, nodes)
    if (best === undefined) return assigned(platform, first, { nodes, found: 'none' })
    const { node, offer } = best
    const found = offer !== platform ? offer : node.declared.includes(platform) ? 'declared' : 'reported'
    return assigned(platform, node, { nodes, found })
  })
}

/** Whether a node declares or reports a platform, or one that runs its binaries. */
export function offersPlatform(node: NodeOffer, platform: string): boolean {
  return nearest(platform, [node]) !== undefined
}

/** Returns the first node with the platform, or with the one that is closest to it among those that run its binaries. */
function nearest(
  platform: string,
  nodes: readonly NodeOffer[],
): { readonly node: NodeOffer; readonly offer: string } | undefined {
  let best: { readonly node: NodeOffer; readonly offer: string } | undefined
  for (const node of nodes) {
    for (const offer of [...node.declared, ...(node.reported ?? [])]) {
      const runs = runnableOn(offer)
      const rank = runs.indexOf(platform)
      if (rank < 0) continue
      const rankOfBest = best === undefined ? -1 : runs.indexOf(best.offer)
      if (best === undefined || rankOfBest < 0 || rank < rankOfBest) best = { node, offer }
      if (best.offer === platform) return best
    }
  }
  return best
}

/**
 * Returns the platforms whose binaries a platform runs, in containerd's order.
 * https://github.com/containerd/platforms/blob/v1.0.0-rc.2/compare.go
 */
function runnableOn(offer: string): readonly string[] {
  const { os, architecture, variant = '' } = parsedOrNone(offer)
  const older = (name: string, from: number, to: number) =>
    Array.from({ length: Math.max(0, from - to + 1) }, (_, at) => `${os}/${name}/v${from - at}`)
  const version = Number(/^v(\d+)/.exec(variant)?.[1] ?? 0)
  switch (architecture) {
    case 'amd64':
      return [...older('amd64', version, 2), `${os}/amd64`, `${os}/386`]
    case 'arm64':
      return [offer, `${os}/arm64`, ...older('arm', 8, 5)]
    case 'arm':
      return older('arm', version === 0 ? 7 : version, 5)
    default:
      return [offer]
  }
}

function parsedOrNone(text: string): { readonly os: string; readonly architecture: string; readonly variant?: string } {
  try {
    return parsePlatform(text)
  } catch {
    return { os: '', architecture: '' }
  }
}

type Found = {
  readonly nodes: readonly NodeOffer[]
  /** `declared`, `reported`, `none`, or the compatible platform that the node offers. */
  readonly found: string
}

function assigned(platform: string, node: NodeOffer, { nodes, found }: Found): Assignment {
  const emulated = node.native === undefined ? undefined : isEmulated(platform, [node.native])
  const how = emulated === undefined ? '' : emulated ? ', emulated' : ', native'
  const native = nodes.find((one) => one.native !== undefined && !isEmulated(platform, [one.native]))
  return {
    platform,
    node,
    because: `${reasonOf(found)}${how}`,
    emulated,
    nativeNode: emulated === true ? native : undefined,
  }
}

function reasonOf(found: string): string {
  if (found === 'declared') return 'declared for it'
  if (found === 'reported') return 'the first that reports it'
  return found === 'none' ? 'no node reports it, so the first is used' : `runs binaries of ${found}`
}

/** The order in which BuildKit lists the platforms that a machine emulates; the native one comes before all. */
const order = ['amd64', 'arm64', 'riscv64', 'ppc64le', 's390x', '386', 'mips64le', 'mips64', 'loong64', 'arm']

/**
 * Returns the native platform of a node; undefined if it cannot be determined: buildx prints declared platforms first, so
 * that a declared native platform looks like an emulated one.
 */
export function nativeOf(declared: readonly string[], reported: readonly string[]): string | undefined {
  const [first, second] = reported
  if (first === undefined) return undefined
  if (declared.length === 0) return first
  // A native platform that is not declared stands before platforms that precede it in BuildKit's order.
  const rank = (platform: string): number => order.indexOf(parsedOrNone(platform).architecture)
  return second !== undefined && rank(second) < rank(first) ? first : undefined
}

/** Returns a sentence with the fix for each platform that is emulated although another node of the builder runs it natively. */
export function nativeWarnings(assignments: readonly Assignment[]): readonly string[] {
  return assignments.flatMap(({ platform, node, nativeNode }) => {
    if (nativeNode === undefined) return []
    const isDeclared = node.declared.includes(platform)
    const fixes = [
      ...(isDeclared ? [`remove ${short(platform)} from ${node.declaredBy}`] : []),
      ...(node.declared.length === 0 ? [`set ${node.declaredBy} to ${short(node.native)}`] : []),
      ...(nativeNode.declared.includes(platform) ? [] : [`add ${short(platform)} to ${nativeNode.declaredBy}`]),
    ]
    const [first = '', ...others] = fixes
    const fix = [first.charAt(0).toUpperCase() + first.slice(1), ...others].join(', and ')
    return [`${platform} is emulated by ${node.title}, although ${nativeNode.title} runs it natively. ${fix}.`]
  })
}

function short(platform = ''): string {
  return platform.replace(/^linux\//, '')
}

/** Returns a line for the log and the summary about each platform. */
export function assignmentLines(assignments: readonly Assignment[]): readonly string[] {
  return assignments.map(({ platform, node, because }) => `${platform}: ${node.title}, ${because}`)
}
