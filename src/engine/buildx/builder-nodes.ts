import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuilderFile, readBuilderFile } from '../../facts/builder-file.ts'
import type { ProbedNode } from '../../facts/probe-nodes.ts'
import { parsePlatform } from '../../oci/platform.ts'

/** A builder in the step's copy of buildx's configuration. */
export type StoredBuilder = {
  readonly builder: string
  readonly env: Readonly<Record<string, string>>
}

/** Returns the path of the file of a builder. */
export function builderPath({ builder, env }: StoredBuilder): string {
  return join(env['BUILDX_CONFIG'] ?? '', 'instances', builder)
}

/** Returns the endpoints of the nodes that buildx has stored for a builder; empty if the builder has no file, as that of a context. */
export function endpointsOf(stored: StoredBuilder): readonly string[] {
  return (readBuilderFile(builderPath(stored))?.nodes ?? []).map((node) => String(node['Endpoint']))
}

/** Reduces a builder to the given nodes, with the platforms declared for them. */
export function declareNodes(stored: StoredBuilder, nodes: readonly Pick<ProbedNode, 'name' | 'declared'>[]): void {
  const file = readBuilderFile(builderPath(stored))
  const kept = (file?.nodes ?? []).flatMap((node) => {
    const found = nodes.find(({ name }) => name === node['Name'])
    return found === undefined ? [] : [withPlatforms(node, found.declared)]
  })
  writeNodes(stored, { ...file?.document }, kept)
}

/** Returns a stored node with other declared platforms. */
export function withPlatforms(
  node: BuilderFile['nodes'][number],
  declared: readonly string[],
): BuilderFile['nodes'][number] {
  return { ...node, Platforms: declared.length === 0 ? null : declared.map(parsePlatform) }
}

/** Writes the file of a builder. `document` are its other properties. */
export function writeNodes(
  stored: StoredBuilder,
  document: BuilderFile['document'],
  nodes: BuilderFile['nodes'],
): void {
  writeFileSync(builderPath(stored), JSON.stringify({ ...document, Name: stored.builder, Nodes: nodes }), {
    mode: 0o600,
  })
}
