import type { Expand, Libraries } from '../expressions.ts'
import type { Read } from '../read/problem.ts'
import type { TagEvent } from '../tag-event.ts'

/** A line of a rule. */
export type GivenRule = {
  /** The attribute `value`, and fields without a key. */
  readonly values: readonly string[]
  /** Those of the rule and the common ones, names in lower case. */
  readonly attributes: ReadonlyMap<string, string>
}

/** A tag that a rule gives. */
export type RuleTag = {
  /** Without prefix and suffix. */
  readonly tag: string
  /** Whether a later run is expected to write it again, where the rule knows. */
  readonly moving?: boolean
  /** Whether `latest` comes with it when the flavor says `auto`. */
  readonly latest?: boolean
  /** Why there is this tag, for the log, where it does not stand in the input as it is. */
  readonly because?: string
}

/** What a rule has besides its line. */
export type RuleContext = {
  readonly event: TagEvent
  readonly libraries: Libraries
  readonly expand: Expand
  /** Why a rule gives no tag where one could be expected. */
  readonly warn: (message: string) => void
}

/** A type of rule, which is one row of the table in `read-line.ts`. */
export type TagRule = {
  /** Attributes besides those that every line may have. */
  readonly attributes: readonly string[]
  /** Tags are in the order of their priorities, highest first. */
  readonly priority: number
  /** The prefix where the line has none, before that of the flavor. */
  readonly prefix?: (given: GivenRule) => string | undefined
  /** The tags of a line; none where the event gives none. */
  readonly expand: (given: GivenRule, context: RuleContext) => Read<readonly RuleTag[]>
}
