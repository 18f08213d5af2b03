import type { DockerServer } from '../../docker/server.ts'
import type { BuilderNode } from '../../facts/facts.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { traitsOf } from '../drivers.ts'
import { type NodeOffer, nativeOf } from './assign-nodes.ts'
import type { PlannedBuilder } from './choose-builder.ts'

type Creation = Extract<PlannedBuilder, { kind: 'create' }>

/** Returns the nodes of a builder that is not created yet: only their declared platforms are known. */
export function plannedOffers(builder: Creation, server: DockerServer | undefined): readonly NodeOffer[] {
  const { driver, endpoint, platforms, append } = builder
  return [{ name: undefined, endpoint, platforms }, ...append].map((node, at) => {
    const isHere =
      server !== undefined &&
      traitsOf(driver).runs === 'on-daemon' &&
      (node.endpoint === undefined || [server.endpoint.host, server.endpoint.context].includes(node.endpoint))
    return {
      title: titleOf(node.name, node.endpoint),
      declared: node.platforms.map(formatPlatform),
      reported: undefined,
      native: isHere ? `${server.os}/${server.architecture}` : undefined,
      declaredBy: declaredBy(at, node.name ?? node.endpoint),
    }
  })
}

/**
 * Returns the nodes of a builder that exists. A node that is not running has no reported platforms; `planned` are the
 * nodes that this step created it with.
 */
export function offersOf(
  nodes: readonly BuilderNode[],
  planned: readonly NodeOffer[] | undefined,
): readonly NodeOffer[] {
  return nodes.map(({ name, endpoint, status, declared, reported }, at) => ({
    title: titleOf(name, endpoint),
    declared,
    reported: status === 'running' ? reported : undefined,
    native: planned?.[at]?.native ?? nativeOf(declared, reported),
    declaredBy:
      planned?.[at]?.declaredBy ??
      `the platforms of the node (docker buildx create --append --node ${name} --platform …)`,
  }))
}

function titleOf(name: string | undefined, endpoint: string | undefined): string {
  if (name === undefined) return `node ${endpoint ?? '0'}`
  return endpoint === undefined ? `node ${name}` : `node ${name} (${endpoint})`
}

function declaredBy(at: number, name: string | undefined): string {
  return at === 0 ? '`node-platforms`' : `\`platforms\` of the node ${name ?? at} in \`append\``
}
