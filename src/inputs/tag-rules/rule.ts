import type { Read } from '../read/problem.ts'

/** What tags may depend on besides their line; empty texts where it is not known. */
export type TagEvent = {
  /** `push`, `pull_request`, `schedule`, … */
  readonly name: string
  /** `refs/heads/main`, `refs/tags/v1.2.3`, `refs/pull/7/merge`. */
  readonly ref: string
  readonly sha: string
  readonly pullRequest?: number
  readonly defaultBranch?: string
}

/** A line of a rule. */
export type GivenRule = {
  /** The attribute `value`, and fields without a key. */
  readonly values: readonly string[]
  /** Those of the rule and the common ones, names in lower case. */
  readonly attributes: ReadonlyMap<string, string>
}

/** A tag that a rule gives. */
export type RuleTag = {
  readonly tag: string
  /** Whether a later run is expected to write it again, where the rule knows. */
  readonly moving?: boolean
  /** Why there is this tag, for the log, where it does not stand in the input as it is. */
  readonly because?: string
}

/** A type of rule, which is one row of the table in `read-line.ts`. */
export type TagRule = {
  /** Attributes besides those that every line may have. */
  readonly attributes: readonly string[]
  /** The tags of a line; none where the event gives none. */
  readonly expand: (given: GivenRule, event: TagEvent) => Read<readonly RuleTag[]>
}
