import type { SilentNode } from '../../facts/probe-nodes.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { type Assignment, assignmentLines } from './assign-nodes.ts'
import type { Buildx } from './buildx.ts'
import { plannedOffers } from './node-offers.ts'
import { settleNodes } from './settle-nodes.ts'

/** Settles the nodes of the builder of this run like `settleNodes`; `silent` are those that did not respond a moment ago. */
export async function settle(
  {
    run: { host, plan },
    spec: { program, builder: planned, server },
    build: { platforms },
    builder,
    env,
    nodes,
  }: Buildx,
  silent: readonly SilentNode[] = [],
): Promise<readonly Assignment[] | undefined> {
  const assignments = await settleNodes(
    {
      ...{ program, builder, env, silent },
      isPlanned: (plan.engine.nodes ?? []).length > 0,
      platforms: platforms.map(formatPlatform),
      optional: plan.optionalPlatforms.map(formatPlatform),
      planned: planned.kind === 'create' ? plannedOffers(planned, server) : [],
    },
    host,
  )
  if (assignments !== undefined) Object.assign(nodes, { assignments, lines: assignmentLines(assignments) })
  return assignments
}
