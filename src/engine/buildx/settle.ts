import { formatPlatform } from '../../oci/platform.ts'
import type { Assignment } from './assign-nodes.ts'
import type { Buildx } from './buildx.ts'
import { plannedOffers } from './node-offers.ts'
import { settleNodes } from './settle-nodes.ts'

/** Settles the nodes of the builder of this run like `settleNodes`. */
export async function settle({
  run: { host, plan },
  spec: { program, builder: planned, server },
  build: { platforms },
  builder,
  env,
}: Buildx): Promise<readonly Assignment[] | undefined> {
  return await settleNodes(
    {
      ...{ program, builder, env },
      isPlanned: (plan.engine.nodes ?? []).length > 0,
      platforms: platforms.map(formatPlatform),
      planned: planned.kind === 'create' ? plannedOffers(planned, server) : [],
    },
    host,
  )
}
