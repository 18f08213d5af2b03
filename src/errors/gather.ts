import { ActionError, exitStatus, toActionError } from './action-error.ts'

/**
 * Waits for all checks and returns their results, in the order given.
 *
 * @throws ActionError the only error, or one error that lists all of them under `title`, so that users can fix
 * all of them in one run
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
 * Returns one error for several, which its cause lists. Its code is that of the first permanent error.
 * `errors` has at least one.
 */
export function combine(title: string, errors: readonly ActionError[]): ActionError {
  // Several platforms may report the same message, and a cancellation cancels every check.
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

/** Returns the thrown errors, with aggregate errors flattened. */
export function problemsOf(thrown: unknown): readonly ActionError[] {
  const error = toActionError(thrown)
  const { cause } = error
  // Node.js also throws an aggregate error for a connection that fails to several addresses.
  const ours = cause instanceof AggregateError ? cause.errors.filter((one) => one instanceof ActionError) : []
  return ours.length > 0 ? ours : [error]
}

function byLine(a: ActionError, b: ActionError): number {
  return (a.place?.line ?? Infinity) - (b.place?.line ?? Infinity) || 0
}
