import type { PlatformStages } from '../source/needed-stages.ts'
import type { OwnSource } from '../source/source.ts'

/**
 * Returns those stages of `indexes` whose base image has a SHELL: the build check about the default shell skips them.
 */
export async function stagesWithShell(
  { platform, stages }: PlatformStages,
  indexes: readonly number[],
  { baseOf }: Pick<OwnSource, 'baseOf'>,
): Promise<ReadonlySet<number>> {
  const looked = stages.stages.filter(({ index }) => indexes.includes(index))
  const found = await Promise.all(
    looked.map(async ({ index, base, platform: own }) => {
      const image = await baseOf(base, own ?? platform)
      return image?.config.config.Shell === undefined ? [] : [index]
    }),
  )
  return new Set(found.flat())
}
