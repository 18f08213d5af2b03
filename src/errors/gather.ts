import { ActionError, exitStatus, toActionError } from './action-error.ts'

/**
 * Waits for all checks and gives what each found, in the order given.
 *
 * @throws ActionError the one thing that is wrong, or one that lists all of them under `title`: who mends one shall not
 * meet the next in another run
 */
export async function gather<T extends readonly unknown[]>(
  title: string,
  checks: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const results = await Promise.allSettled(checks)
  const errors = results.flatMap((result) => (result.status === 'rejected' ? problemsOf(result.reason) : []))
  if (errors.length > 0) throw combine(title, errors)
  return results.map((result) => 'value' in result && result.value) as unknown as T
}

/**
 * One error for several, which its cause lists. The code is that of the first that a later try would not mend.
 * `errors` has at least one.
 */
export function combine(title: string, errors: readonly ActionError[]): ActionError {
  // What concerns several platforms may be told in the same words, and a cancelled run cancels every check.
  const problems = [...new Map(errors.map((error) => [error.message, error])).values()].sort(byLine)
  const leading =
    problems.find(({ code }) => code === 'cancelled' || code === 'internal') ??
    problems.find(({ code }) => exitStatus(code) !== 75) ??
    problems[0] ??
    new ActionError('internal', 'There is no problem to report')
  if (problems.length === 1 || leading.code === 'cancelled') return leading
  const items = problems.map(({ message, hint, code }) => `- ${message}${hint ? `\n  ${hint}` : ''} (${code})`)
  return new ActionError(leading.code, `${title} found ${problems.length} problems:\n${items.join('\n')}`, {
    place: leading.place,
    platform: leading.platform,
    cause: new AggregateError(problems),
  })
}

/** What was thrown, taken apart where it is several. */
export function problemsOf(thrown: unknown): readonly ActionError[] {
  const error = toActionError(thrown)
  const { cause } = error
  // A connection that fails to several addresses is one error for many too, but of Node's.
  const ours = cause instanceof AggregateError ? cause.errors.filter((one) => one instanceof ActionError) : []
  return ours.length > 0 ? ours : [error]
}

function byLine(a: ActionError, b: ActionError): number {
  return (a.place?.line ?? Infinity) - (b.place?.line ?? Infinity) || 0
}
