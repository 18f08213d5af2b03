import { ActionError, exitStatus, toActionError } from '../errors.ts'

/**
 * Waits for all checks and gives what each found, in the order given.
 *
 * @throws ActionError the one thing that is wrong, or one that lists all of them: who mends one shall not meet the next
 * in another run
 */
export async function gather<T extends readonly unknown[]>(
  checks: {
    readonly [K in keyof T]: Promise<T[K]>
  },
): Promise<T> {
  const results = await Promise.allSettled(checks)
  const errors = results.flatMap((result) => (result.status === 'rejected' ? problemsOf(result.reason) : []))
  // The same base may lack for several platforms in the same words, and a cancelled run cancels every check.
  const problems = [...new Map(errors.map((error) => [error.message, error])).values()].sort(byLine)
  if (problems.length === 0) return results.map((result) => 'value' in result && result.value) as unknown as T
  throw combine(problems)
}

function problemsOf(thrown: unknown): readonly ActionError[] {
  const error = toActionError(thrown)
  return error.cause instanceof AggregateError ? (error.cause.errors as ActionError[]) : [error]
}

function byLine(a: ActionError, b: ActionError): number {
  return (a.place?.line ?? Infinity) - (b.place?.line ?? Infinity) || 0
}

/** One error for several. Its code is that of the first that a later try would not mend. */
export function combine(problems: readonly ActionError[]): ActionError {
  const [first] = problems
  if (first === undefined) throw new ActionError('internal', 'There is no problem to report')
  const leading =
    problems.find(({ code }) => code === 'cancelled' || code === 'internal') ??
    problems.find(({ code }) => exitStatus(code) !== 75) ??
    first
  if (problems.length === 1 || leading.code === 'cancelled') return leading
  const items = problems.map(({ message, hint, code }) => `- ${message}${hint ? `\n  ${hint}` : ''} (${code})`)
  return new ActionError(leading.code, `Preflight found ${problems.length} problems:\n${items.join('\n')}`, {
    ...(leading.place ? { place: leading.place } : {}),
    ...(leading.platform === undefined ? {} : { platform: leading.platform }),
    cause: new AggregateError(problems),
  })
}
