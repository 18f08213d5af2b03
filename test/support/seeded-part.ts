/**
 * One in `every` of the rows, evenly distributed: another part each day, so that a run is short and all rows are tested over time. All rows
 * with `POLYARCH_MATRIX=all`. The end of a run prints its seed.
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

/** `whole` with `POLYARCH_MATRIX=all`; otherwise `part`, a size that is large enough to show the same. */
export function sizeOf(whole: number, part: number): number {
  return process.env['POLYARCH_MATRIX'] === 'all' ? whole : part
}

/** `POLYARCH_SEED`, which repeats the parts of an earlier run; or the days since 1970. */
const today = (): number => Number(process.env['POLYARCH_SEED']) || Math.floor(Date.now() / 86_400_000)

/** Fixes the seed for all files of a run that starts now. */
export function fixSeed(): void {
  process.env['POLYARCH_SEED'] = String(today())
}

/** What a run prints of its parts at the end, and how to repeat or complete them. */
export function seedLine(): string {
  const seed = today()
  return process.env['POLYARCH_MATRIX'] === 'all'
    ? 'All rows of the seeded tests ran.'
    : `Seed of the parts that ran: ${seed}. POLYARCH_SEED=${seed} repeats them, POLYARCH_MATRIX=all runs everything.`
}
