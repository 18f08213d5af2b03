import type { Expand, Libraries } from '../expressions.ts'
import type { Read } from '../read/problem.ts'
import type { TagEvent } from '../tag-event.ts'

/** A line with a rule. */
export type GivenRule = {
  /** The attribute `value`, and fields without a key. */
  readonly values: readonly string[]
  /** The attributes of the rule and the common ones, with lowercase names. */
  readonly attributes: ReadonlyMap<string, string>
}

/** A tag from a rule. */
export type RuleTag = {
  /** Without prefix and suffix. */
  readonly tag: string
  /** Whether a later run is expected to write it again, if the rule knows. */
  readonly moving?: boolean
  /** Whether it implies `latest` if the flavor has `latest=auto`. */
  readonly latest?: boolean
  /** The reason for this tag in the log, if the input does not contain it literally. */
  readonly because?: string
}

/** The context of a rule besides its line. */
export type RuleContext = {
  readonly event: TagEvent
  readonly libraries: Libraries
  readonly expand: Expand
  /** Warns that a rule adds no tag although one is expected. */
  readonly warn: (message: string) => void
}

/** A type of rule, which is one row of the table in `read-line.ts`. */
export type TagRule = {
  /** Attributes in addition to those of every line. */
  readonly attributes: readonly string[]
  /** Tags are sorted by priority, highest first. */
  readonly priority: number
  /** The default prefix, which precedes that of the flavor. */
  readonly prefix?: (given: GivenRule) => string | undefined
  /** Returns the tags of a line; none if the event does not match. */
  readonly expand: (given: GivenRule, context: RuleContext) => Read<readonly RuleTag[]>
}
