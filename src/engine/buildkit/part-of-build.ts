import { formatPlatform } from '../../oci/platform.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'

/**
 * Returns the prepared build for the platforms of `part`, with its target and build arguments. `prepare` is called for a part that has another
 * Dockerfile. A cache of a platform that is not in the part is not written.
 */
export async function partOfBuild(
  { run, build: prepared }: { readonly run: Pick<Run, 'plan'>; readonly build: BuildSpec },
  part: Run,
  prepare: (run: Run) => Promise<BuildSpec>,
): Promise<BuildSpec> {
  const { platforms, target, buildArgs, file } = part.plan.build
  const build = file === run.plan.build.file ? prepared : await prepare(part)
  const names = new Set(platforms.map(formatPlatform))
  return {
    ...build,
    platforms,
    target,
    buildArgs,
    cacheFrom: prepared.cacheFrom,
    cacheTo: prepared.cacheTo.filter(({ platform }) => platform === undefined || names.has(formatPlatform(platform))),
  }
}
