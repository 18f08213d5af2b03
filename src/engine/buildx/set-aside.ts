import { recordTask } from '../../cleanup/cleanup.ts'
import { sessionName } from '../../cleanup/session-name.ts'
import { readBuilderFile } from '../../facts/builder-file.ts'
import { traitsOf } from '../drivers.ts'
import { builderPath, type StoredBuilder, writeNodes } from './builder-nodes.ts'

/**
 * Moves nodes of a builder that this step created, and that it is used without from now on, to a builder of their own whose removal is recorded:
 * clean-up reaches only nodes that a builder lists. A node that does not respond then either is named, with the command for its container.
 *
 * @param names the names of the nodes
 */
export function setAside(
  stored: StoredBuilder & { readonly program: string },
  names: readonly string[],
  { tempDir }: { readonly tempDir: string },
): void {
  if (names.length === 0) return
  const session = sessionName(tempDir)
  const file = readBuilderFile(builderPath(stored))
  // A builder with a name of the user is not one of this step, or keeps its containers for the next run. Nothing is on the node of another driver.
  if (file === undefined || !stored.builder.startsWith(session) || traitsOf(file.driver).runs !== 'on-daemon') return
  const aside = { builder: `${session}-aside`, env: stored.env }
  const earlier = readBuilderFile(builderPath(aside))?.nodes ?? []
  const nodes = [...earlier, ...file.nodes.filter((node) => names.includes(String(node['Name'])))]
  writeNodes(aside, file.document, nodes)
  const byHand = nodes.map((node) => `docker rm --force --volumes buildx_buildkit_${node['Name']}`).join(' && ')
  recordTask(tempDir, { kind: 'builder', name: aside.builder, buildx: stored.program, env: stored.env, byHand })
}
