/** The parts of the event that tags may depend on; unknown texts are empty. */
export type TagEvent = {
  /** `push`, `pull_request`, `schedule`, … */
  readonly name: string
  /** `refs/heads/main`, `refs/tags/v1.2.3`, `refs/pull/7/merge`. */
  readonly ref: string
  /** The commit that the workflow runs for. */
  readonly sha: string
  readonly pullRequest?: number
  readonly defaultBranch?: string
  /** The target branch of a pull request, or the branch that a Git tag was pushed from. */
  readonly baseRef?: string
  /** The date of the commit, ISO 8601. */
  readonly commitDate?: string
  /** Number of digits of a short commit, from `DOCKER_METADATA_SHORT_SHA_LENGTH`. */
  readonly shortShaLength?: string
}
