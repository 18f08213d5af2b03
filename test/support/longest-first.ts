import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Seconds of the files that take long with the rig. The order of the others does not matter. */
const seconds = JSON.parse(readFileSync(new URL('./durations.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, number>
>

/**
 * `specs` in the order in which they start. The files of one project follow each other, because they share processes. Within a project, the
 * longest start first, so that no long one is left alone at the end.
 */
export function longestFirst<T extends { readonly project: string; readonly path: string }>(
  specs: readonly T[],
  durations: Readonly<Record<string, number>> = seconds,
): T[] {
  const durationOf = (spec: T) => durations[spec.path] ?? 0
  return specs.toSorted(
    (a, b) =>
      Number(a.project > b.project) - Number(a.project < b.project) ||
      durationOf(b) - durationOf(a) ||
      Number(a.path > b.path) - Number(a.path < b.path),
  )
}

/** Vitest's order of files, with {@link longestFirst} in place of the results of the last run, which CI does not have. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rows = files.map((spec) => ({
      spec,
      project: spec.project.name,
      path: relative(this.ctx.config.root, spec.moduleId).replaceAll('\\', '/'),
    }))
    return longestFirst(rows).map(({ spec }) => spec)
  }
}
