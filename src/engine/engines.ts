import { describeBuildx, planBuildx } from './buildx/plan.ts'
import { planEmbedded } from './embedded/plan.ts'
import type { Engine } from './engine.ts'
import type { EngineName } from './engine-names.ts'

/** All engines, a row each. */
export const engines: Readonly<Record<EngineName, Engine>> = {
  buildx: { plan: planBuildx, describe: describeBuildx, load: () => import('./buildx/engine.ts') },
  embedded: {
    plan: planEmbedded,
    describe: (spec) => spec,
    load: () => import(/* webpackChunkName: "embedded" */ './embedded/engine.ts'),
  },
}
