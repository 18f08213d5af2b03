import { planApple, whyNoApple } from './apple/plan.ts'
import { describeBuildx, planBuildx } from './buildx/plan.ts'
import { planKubernetes } from './buildx/plan-kubernetes.ts'
import { whyNoBuildx } from './buildx/why-no-buildx.ts'
import { planEmbedded } from './embedded/plan.ts'
import type { Engine } from './engine.ts'
import type { EngineName } from './engine-names.ts'
import { howToStartNerdctl, planNerdctl, whyNoNerdctl } from './nerdctl/plan.ts'
import { howToStartPodman, planPodman, whyNoPodman } from './podman/plan.ts'

/** All engines, a row each, in the order in which `engine: auto` tries them. The embedded engine, which is always available, is the last. */
export const engines: Readonly<Record<EngineName, Engine>> = {
  buildx: {
    missing: whyNoBuildx,
    plan: planBuildx,
    describe: describeBuildx,
    load: () => import('./buildx/engine.ts'),
  },
  podman: {
    missing: whyNoPodman,
    howToStart: howToStartPodman,
    plan: planPodman,
    describe: (spec) => spec,
    load: () => import('./podman/engine.ts'),
  },
  nerdctl: {
    missing: whyNoNerdctl,
    howToStart: howToStartNerdctl,
    plan: planNerdctl,
    describe: (spec) => spec,
    load: () => import('./nerdctl/engine.ts'),
  },
  apple: {
    missing: whyNoApple,
    plan: planApple,
    describe: (spec) => spec,
    load: () => import('./apple/engine.ts'),
  },
  // buildx with builders in a cluster; only selected by name, because it creates pods.
  kubernetes: {
    plan: planKubernetes,
    describe: describeBuildx,
    load: () => import('./buildx/engine.ts'),
  },
  embedded: {
    plan: planEmbedded,
    describe: (spec) => spec,
    load: () => import('./embedded/engine.ts'),
  },
}
