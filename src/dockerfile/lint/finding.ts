/** A finding of one of BuildKit's build checks. */
export type LintFinding = { readonly rule: string; readonly line: number; readonly message: string }
