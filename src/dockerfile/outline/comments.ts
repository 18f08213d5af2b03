import type { PlacedStatement } from '../read/statements.ts'

/** What a comment right above an instruction says of `name`: the rest of the first line that begins with it. "" for none. */
export function commentOf(statements: readonly PlacedStatement[], line: number, name: string): string {
  const comments = statements.find((statement) => statement.line === line)?.comments ?? []
  return comments.find((comment) => name !== '' && comment.startsWith(`${name} `))?.slice(name.length + 1) ?? ''
}

/** Where an instruction stands, in BuildKit's form. Lines count from 1. */
export type Location = {
  readonly ranges: readonly [{ readonly start: { readonly line: number }; readonly end: { readonly line: number } }]
}

/** The place of an instruction. */
export function locate({ line, endLine }: { readonly line: number; readonly endLine: number }): Location {
  return { ranges: [{ start: { line }, end: { line: endLine } }] }
}
