import type { Inputs, NodeInput } from '../../../inputs/inputs.ts'
import { writeRecord } from '../../../inputs/read/record.ts'
import { formatPlatform } from '../../../oci/platform.ts'
import type { Platform } from '../../../oci/types.ts'
import { driverOptions } from '../../driver-options.ts'
import { traitsOf } from '../../drivers.ts'
import type { PlannedBuilder } from '../choose-builder.ts'

type ClusterNodes = {
  readonly inputs: Pick<Inputs, 'platforms'>
  /** Architectures of the nodes of the cluster; undefined if they are not known. */
  readonly architectures: readonly string[] | undefined
}

const label = 'kubernetes.io/arch'

/**
 * Returns a builder in a cluster of several architectures with a node for each of them that is built for, so that nothing is emulated that need
 * not be. A builder whose nodes or node selector the user describes is returned as it is.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch
 */
export function withNativeNodes(builder: PlannedBuilder, { inputs, architectures = [] }: ClusterNodes): PlannedBuilder {
  if (builder.kind !== 'create' || !traitsOf(builder.driver).inCluster) return builder
  const options = driverOptions(builder.driver, builder.driverOpts)
  const isDescribed = builder.append.length > 0 || builder.platforms.length > 0 || options.some(selectsArchitecture)
  if (isDescribed || architectures.length < 2) return builder
  const nodes = architectures.flatMap((architecture) => {
    const platforms = inputs.platforms.filter((platform) => isNative(platform, architecture))
    return platforms.length === 0 ? [] : [{ architecture, platforms, driverOpts: selecting(options, architecture) }]
  })
  const [first, ...others] = nodes
  if (first === undefined) return builder
  const append = others.map(
    ({ platforms, driverOpts }): NodeInput => ({
      platforms,
      driverOpts,
      name: undefined,
      endpoint: builder.endpoint,
      buildkitdFlags: builder.flags,
      tls: undefined,
    }),
  )
  const { platforms, driverOpts } = first
  const because = `${builder.because}; ${nodes.map(describeNode).join(', ')}`
  return { ...builder, platforms, driverOpts, append, because }
}

/** Returns the platforms that the nodes of a new builder in a cluster run natively; undefined if they are not known. */
export function nativesInCluster(
  builder: PlannedBuilder,
  architectures: readonly string[] = [],
): readonly string[] | undefined {
  if (builder.kind !== 'create' || !traitsOf(builder.driver).inCluster) return undefined
  const declared = [builder.platforms, ...builder.append.map(({ platforms }) => platforms)]
  if (declared.every((platforms) => platforms.length > 0)) return declared.flat().map(formatPlatform)
  return architectures.length === 1 ? architectures.map((architecture) => `linux/${architecture}`) : undefined
}

function isNative({ os, architecture, variant }: Platform, of: string): boolean {
  // Not every amd64 node has the instructions of v2 and later.
  return os === 'linux' && architecture === of && (variant === undefined || of !== 'amd64')
}

/** Which nodes of the cluster build which platforms: `arm64 nodes build linux/arm64, linux/arm/v7`. */
function describeNode({
  architecture,
  platforms,
}: {
  readonly architecture: string
  readonly platforms: readonly Platform[]
}): string {
  return `${architecture} nodes build ${platforms.map(formatPlatform).join(', ')}`
}

function selectsArchitecture(option: string): boolean {
  return option.startsWith('nodeselector=') && option.includes(label)
}

/** Adds the architecture to the node selector. */
function selecting(options: readonly string[], architecture: string): readonly string[] {
  const given = options.find((option) => option.startsWith('nodeselector='))
  const others = options.filter((option) => option !== given)
  const selector = `${given === undefined ? 'nodeselector=' : `${given},`}${label}=${architecture}`
  return [...others, selector].map((option) => writeRecord([option]))
}
