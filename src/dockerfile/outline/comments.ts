import type { PlacedStatement } from '../read/statements.ts'

/**
 * Returns the description of `name` in a comment directly above an instruction: the rest of the first line that begins
 * with the name. "" if there is no such line.
 */
export function commentOf(statements: readonly PlacedStatement[], line: number, name: string): string {
  const comments = statements.find((statement) => statement.line === line)?.comments ?? []
  return comments.find((comment) => name !== '' && comment.startsWith(`${name} `))?.slice(name.length + 1) ?? ''
}

/** The lines of an instruction in BuildKit's form. Lines count from 1. */
export type Location = {
  readonly ranges: readonly [{ readonly start: { readonly line: number }; readonly end: { readonly line: number } }]
}

/** Returns the location of an instruction. */
export function locate({ line, endLine }: { readonly line: number; readonly endLine: number }): Location {
  return { ranges: [{ start: { line }, end: { line: endLine } }] }
}
