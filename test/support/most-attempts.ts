import { buildTable, tableText } from '../../src/engine/buildkit/retry-table.ts'
import type { ActionError } from '../../src/errors/action-error.ts'
import { type Context, classify } from '../../src/retry/classify.ts'

/** The maximum number of attempts of a failed build, without the policy. */
export function mostAttempts(error: ActionError, context: Context): number | 'one more' {
  return classify({ kind: 'text', code: error.code, text: tableText(error) }, buildTable, context).attempts
}
