import type { Dockerfile } from '../read/parse.ts'
import { readStatements } from '../read/statements.ts'
import { commentOf, type Location, locate } from './comments.ts'

/** A stage that can be a target. `base` is the text as it was written. */
export type TargetRow = {
  readonly name?: string
  readonly default?: true
  readonly description?: string
  readonly base: string
  readonly platform?: string
  readonly location: Location
}

/** Returns the stages of a Dockerfile as BuildKit lists its targets. `text` is the source text of `dockerfile`. */
export function listTargets({ stages }: Dockerfile, text: string): readonly TargetRow[] {
  const { statements } = readStatements(text, () => {})
  return stages.map((stage, index) => {
    const { name, base, platform, line } = stage
    const description = name === undefined ? '' : commentOf(statements, line, name)
    return {
      ...(name === undefined ? {} : { name }),
      ...(index === stages.length - 1 ? { default: true as const } : {}),
      ...(description === '' ? {} : { description }),
      base,
      ...(platform === undefined ? {} : { platform }),
      location: locate(stage),
    }
  })
}
