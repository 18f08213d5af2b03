import { type BuildInputs, givenArguments, globalValues, type Values } from '../dockerfile/expand/arguments.ts'
import { assertBounded } from '../dockerfile/expand/growth.ts'
import type { StageSource } from '../dockerfile/instructions/source.ts'
import type { Dockerfile } from '../dockerfile/read/parse.ts'
import { findRuns, planStages, rejectRuns, type StagePlan } from '../dockerfile/stages/stages.ts'
import { withTriggers } from '../dockerfile/stages/triggers.ts'
import { whyUsed } from '../engine/traits.ts'
import type { Host } from '../host/host.ts'
import type { Platform } from '../oci/types.ts'
import type { BuildSpec, Plan } from '../plan/plan.ts'

/** The Dockerfile as evaluated for one platform. */
export type PlatformStages = {
  readonly platform: Platform
  /** The values of ARG before the first FROM. */
  readonly globals: Values
  readonly stages: StagePlan
}

/** The Dockerfile as evaluated for every platform of the plan. */
export type Reading = { readonly dockerfile: Dockerfile; readonly platforms: readonly PlatformStages[] }

type Circumstances = Pick<BuildInputs, 'buildPlatform'> & Pick<Host, 'env'>

/**
 * Evaluates the Dockerfile for each platform of `spec`.
 *
 * @throws ActionError `dockerfile-invalid`, `input-invalid`
 */
export function planPlatforms(dockerfile: Dockerfile, spec: BuildSpec, { buildPlatform, env }: Circumstances): Reading {
  const buildArguments = givenArguments(spec.buildArgs, env)
  const target = spec.target === undefined ? {} : { target: spec.target }
  const platforms = spec.platforms.map((platform) => {
    const globals = globalValues(dockerfile, { buildPlatform, buildArguments, ...target, targetPlatform: platform })
    const stages = planStages(dockerfile, { globals, contexts: namesOf(spec), ...target })
    assertBounded(dockerfile, { plan: stages, globals, buildArguments })
    return { platform, globals, stages }
  })
  return { dockerfile, platforms }
}

/** Returns ONBUILD of a stage's base image for the platform; empty for other bases. */
export type TriggersOf = (base: StageSource, platform: Platform) => Promise<readonly string[]>

/**
 * Adds the ONBUILD instructions of the images, for the embedded engine. It does not support RUN in them either.
 *
 * @throws ActionError `dockerfile-invalid`, `feature-missing` for RUN
 */
export async function readTriggers(
  { dockerfile, platforms }: Reading,
  { build, engine }: Pick<Plan, 'build' | 'engine'>,
  triggersOf: TriggersOf,
): Promise<Reading> {
  const { file } = dockerfile
  const complete = await Promise.all(
    platforms.map(async (one) => {
      const stages = await withTriggers(one.stages, {
        file,
        contexts: namesOf(build),
        triggersOf: ({ base, platform }) => triggersOf(base, platform ?? one.platform),
      })
      rejectRuns(file, findRuns(stages), whyUsed(engine.name, engine.because))
      return { ...one, stages }
    }),
  )
  return { dockerfile, platforms: complete }
}

function namesOf({ contexts }: BuildSpec): readonly string[] {
  return contexts.map(({ name }) => name)
}
