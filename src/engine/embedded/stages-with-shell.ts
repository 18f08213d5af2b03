import type { PlatformStages } from '../../source/needed-stages.ts'
import type { OwnSource } from '../../source/source.ts'

/** The stages of `indexes` that begin with an image that has a SHELL: nobody is told there that theirs is the usual one. */
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
