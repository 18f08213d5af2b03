import { buildTable, tableText } from '../../src/engine/buildkit/retry-table.ts'
import type { ActionError } from '../../src/errors/action-error.ts'
import { type Context, classify } from '../../src/retry/classify.ts'

/** How many attempts a failed build is worth, apart from the policy. */
export function mostAttempts(error: ActionError, context: Context): number | 'one more' {
  return classify({ kind: 'text', code: error.code, text: tableText(error) }, buildTable, context).attempts
}
