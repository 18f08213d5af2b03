/** One of BuildKit's build checks that a Dockerfile does not pass. */
export type LintFinding = { readonly rule: string; readonly line: number; readonly message: string }
