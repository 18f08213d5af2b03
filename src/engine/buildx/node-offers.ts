import type { DockerServer } from '../../docker/server.ts'
import type { BuilderNode } from '../../facts/facts.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { traitsOf } from '../drivers.ts'
import { type NodeOffer, nativeOf } from './assign-nodes.ts'
import type { PlannedBuilder } from './choose-builder.ts'

type Creation = Extract<PlannedBuilder, { kind: 'create' }>

/** A node that this step creates. */
export type PlannedOffer = NodeOffer & { readonly endpoint: string | undefined }

/** Returns the nodes of a builder that is not created yet: only their declared platforms are known. */
export function plannedOffers(builder: Creation, server: DockerServer | undefined): readonly PlannedOffer[] {
  const { driver, endpoint, platforms, append } = builder
  return [{ name: undefined, endpoint, platforms }, ...append].map((node, at) => {
    const isHere =
      server !== undefined &&
      traitsOf(driver).runs === 'on-daemon' &&
      (node.endpoint === undefined || [server.endpoint.host, server.endpoint.context].includes(node.endpoint))
    return {
      endpoint: node.endpoint,
      title: titleOf(node.name, node.endpoint),
      // buildx removes a platform from the nodes before the last one that declares it.
      declared: node.platforms.map(formatPlatform).filter((platform) => !isDeclared(append.slice(at), platform)),
      reported: undefined,
      native: isHere ? `${server.os}/${server.architecture}` : undefined,
      declaredBy: declaredBy(at, node.name ?? node.endpoint),
    }
  })
}

function isDeclared(nodes: Creation['append'], platform: string): boolean {
  return nodes.some(({ platforms }) => platforms.some((one) => formatPlatform(one) === platform))
}

/** Returns the nodes of a builder that exists. A node that is not running has no reported platforms. */
export function offersOf(nodes: readonly BuilderNode[]): readonly NodeOffer[] {
  return nodes.map(({ name, endpoint, status, declared, reported, native }) => ({
    title: titleOf(name, endpoint),
    declared,
    reported: status === 'running' ? reported : undefined,
    native: native ?? nativeOf(declared, reported),
    declaredBy: declaredInBuilder(name),
  }))
}

/** Returns where the platforms of a node of an existing builder are declared, for messages. */
export function declaredInBuilder(name: string): string {
  return `the platforms of the node (docker buildx create --append --node ${name} --platform …)`
}

/** Returns how messages name a node. */
export function titleOf(name: string | undefined, endpoint: string | undefined): string {
  if (name === undefined) return `node ${endpoint ?? '0'}`
  return endpoint === undefined ? `node ${name}` : `node ${name} (${endpoint})`
}

function declaredBy(at: number, name: string | undefined): string {
  return at === 0 ? '`node-platforms`' : `\`platforms\` of the node ${name ?? at} in \`append\``
}
