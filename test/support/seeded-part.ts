/**
 * One in `every` of the rows, evenly distributed: another part each day, so that a run is short and all rows are tested over time. All rows
 * with `POLYARCH_MATRIX=all`.
 */
export function seededPart<T>(rows: readonly T[], every: number): readonly T[] {
  if (process.env['POLYARCH_MATRIX'] === 'all') return rows
  const seed = Math.floor(Date.now() / 86_400_000) % every
  return rows.filter((_, index) => index % every === seed)
}
