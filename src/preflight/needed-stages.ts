import { readFile } from 'node:fs/promises'
import { type BuildInputs, givenArguments, globalValues } from '../dockerfile/arguments.ts'
import { type Dockerfile, parseDockerfile } from '../dockerfile/parse.ts'
import { planStages, type StagePlan } from '../dockerfile/stages.ts'
import type { Host } from '../host/host.ts'
import type { Platform } from '../oci/types.ts'
import type { BuildSpec } from '../plan/plan.ts'

/** What the Dockerfile says for one platform. */
export type PlatformStages = { readonly platform: Platform; readonly stages: StagePlan }

/** The Dockerfile, read for every platform of the plan. */
export type Reading = { readonly dockerfile: Dockerfile; readonly platforms: readonly PlatformStages[] }

/**
 * Reads the Dockerfile at `file`, or the one of the workflow.
 *
 * @throws ActionError `dockerfile-invalid`, `input-invalid`
 */
export async function readStages(
  file: string,
  spec: BuildSpec,
  { buildPlatform, env }: Pick<BuildInputs, 'buildPlatform'> & Pick<Host, 'env'>,
): Promise<Reading> {
  const dockerfile = parseDockerfile(spec.dockerfileInline ?? (await readFile(file, 'utf8')), file)
  const buildArguments = givenArguments(spec.buildArgs, env)
  const target = spec.target === undefined ? {} : { target: spec.target }
  const platforms = spec.platforms.map((platform) => {
    const globals = globalValues(dockerfile, { buildPlatform, buildArguments, ...target, targetPlatform: platform })
    return {
      platform,
      stages: planStages(dockerfile, { globals, contexts: spec.contexts.map(({ name }) => name), ...target }),
    }
  })
  return { dockerfile, platforms }
}
