/**
 * One in `every` of the rows, evenly distributed: another part each day, so that a run is short and all rows are tested over time. All rows
 * with `POLYARCH_MATRIX=all`.
 */
export function seededPart<T>(rows: readonly T[], every: number): readonly T[] {
  if (process.env['POLYARCH_MATRIX'] === 'all') return rows
  const seed = today() % every
  return rows.filter((_, index) => index % every === seed)
}

/**
 * The rows that `column`, of `columns` in all, gets: each row goes to one column, to another each day.
 * All rows with `POLYARCH_MATRIX=all`.
 */
export function rowsOfColumn<T>(rows: readonly T[], column: number, columns: number): readonly T[] {
  if (process.env['POLYARCH_MATRIX'] === 'all') return rows
  return rows.filter((_, index) => (index + today()) % columns === column)
}

/** Days since 1970. */
const today = (): number => Math.floor(Date.now() / 86_400_000)
