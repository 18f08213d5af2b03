import { annotationAt } from '../dockerfile/read/inline.ts'
import type { Run } from '../run-context.ts'
import type { Reading } from '../source/needed-stages.ts'
import { nearest } from '../text/nearest.ts'

/** Warns about each name in `no-cache-filters` that is not a stage: BuildKit ignores it, so the intended stage would come from the cache. */
export function warnUnknownStages({ plan, host }: Pick<Run, 'plan' | 'host'>, { dockerfile }: Reading): void {
  const known = dockerfile.stages.flatMap(({ name }) => name ?? [])
  const { contexts, noCacheFilters } = plan.build
  // A named context replaces the stage with its name.
  const all = [...known, ...contexts.map(({ name }) => name)]
  for (const name of noCacheFilters) {
    // Stage names are lowercased here, and BuildKit compares case-insensitively.
    if (all.some((one) => one.toLowerCase() === name.toLowerCase())) continue
    const near = nearest(name, known)
    const hint = near === undefined ? '' : `; did you mean ${near}?`
    // The stage that is meant, or else where the stages begin.
    const stage = dockerfile.stages.find((one) => one.name !== undefined && one.name === near) ?? dockerfile.stages[0]
    host.log.warning(
      `no-cache-filters: ${dockerfile.file} has no stage ${name}, so this changes nothing${hint}`,
      annotationAt(dockerfile.file, stage?.line),
    )
  }
}
