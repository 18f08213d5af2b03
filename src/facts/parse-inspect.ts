import type { Driver } from '../engine/drivers.ts'
import type { Builder, BuilderNode } from './facts.ts'

/**
 * Parses name, driver and nodes from `buildx inspect`, which has no JSON output: `Name: x`, `Driver: y` first, then after
 * `Nodes:` the name of each node, its endpoint and a `Platforms:` line, with `*` after a platform that the user
 * configured. A node's native platform is the first; emulated platforms follow.
 */
export function parseInspect(output: string): Pick<Builder, 'name' | 'driver' | 'platforms' | 'natives' | 'nodes'> {
  // A node that is not running has no platforms, unless the user configured them.
  const [, list = ''] = output.split(/^Nodes:.*$/m)
  const nodes = list
    .split(/^(?=Name:)/m)
    .filter((text) => text.startsWith('Name:'))
    .map(readNode)
  const lists = nodes.map(({ declared, reported }) => [...declared, ...reported])
  return {
    name: fieldOf(output, 'Name'),
    driver: fieldOf(output, 'Driver') as Driver,
    platforms: [...new Set(lists.flat())],
    natives: [...new Set(lists.flatMap(([first]) => first ?? []))],
    nodes,
  }
}

function readNode(text: string): BuilderNode {
  const platforms = fieldOf(text, 'Platforms')
    .split(',')
    .map((platform) => platform.trim())
    .filter((platform) => platform.replace('*', '') !== '')
  return {
    name: fieldOf(text, 'Name'),
    endpoint: fieldOf(text, 'Endpoint'),
    status: fieldOf(text, 'Status'),
    error: fieldOf(text, 'Error'),
    declared: platforms.filter((platform) => platform.includes('*')).map((platform) => platform.replace('*', '')),
    reported: platforms.filter((platform) => !platform.includes('*')),
  }
}

function fieldOf(text: string, name: string): string {
  return new RegExp(`^${name}:[ \\t]*(\\S.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
}
