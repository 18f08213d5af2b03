import { planApple } from './apple/plan.ts'
import { describeBuildx, planBuildx } from './buildx/plan.ts'
import { whyNoBuildx } from './buildx/why-no-buildx.ts'
import { planEmbedded } from './embedded/plan.ts'
import type { Engine } from './engine.ts'
import type { EngineName } from './engine-names.ts'

/** All engines, a row each, in the order in which `engine: auto` tries them. The embedded engine, which is always available, is the last. */
export const engines: Readonly<Record<EngineName, Engine>> = {
  buildx: {
    missing: whyNoBuildx,
    plan: planBuildx,
    describe: describeBuildx,
    load: () => import('./buildx/engine.ts'),
  },
  apple: {
    plan: planApple,
    describe: (spec) => spec,
    load: () => import('./apple/engine.ts'),
  },
  embedded: {
    plan: planEmbedded,
    describe: (spec) => spec,
    load: () => import(/* webpackChunkName: "embedded" */ './embedded/engine.ts'),
  },
}
