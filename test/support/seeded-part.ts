/**
 * One in `every` of the rows, spread over all of them, where CI has no time for the whole; another part each day. All of them elsewhere, and
 * with `POLYARCH_MATRIX=all`.
 */
export function seededPart<T>(rows: readonly T[], every: number): readonly T[] {
  const { CI, POLYARCH_MATRIX } = process.env
  if (!CI || POLYARCH_MATRIX === 'all') return rows
  const seed = Math.floor(Date.now() / 86_400_000) % every
  return rows.filter((_, index) => index % every === seed)
}
