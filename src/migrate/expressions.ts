/** A text range. */
export type Range = { readonly start: number; readonly end: number }

/** A reference to the context `steps` in an expression. Offsets are those of the text that was searched. */
export type StepReference = Range & {
  /** Undefined if the whole context is used, or the step ID is computed. */
  readonly id: string | undefined
  readonly idRange: Range | undefined
  /** The part after the ID, lowercased: `outputs`, `tags`. */
  readonly path: readonly string[]
}

/** Finds the expressions `${{ … }}` of a text; the ranges exclude the braces. */
export function findExpressions(text: string): readonly Range[] {
  const found: Range[] = []
  let at = text.indexOf('${{')
  while (at >= 0) {
    const start = at + 3
    const end = endOfExpression(text, start)
    if (end < 0) break
    found.push({ start, end })
    at = text.indexOf('${{', end + 2)
  }
  return found
}

function endOfExpression(text: string, start: number): number {
  let isText = false
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "'") isText = !isText
    else if (!isText && text.startsWith('}}', at)) return at
  }
  return -1
}

/** Returns the expression that is the whole text; undefined if the text is something else. */
export function wholeExpression(text: string): string | undefined {
  const trimmed = text.trim()
  const [only] = findExpressions(trimmed)
  if (only === undefined || only.start !== 3 || only.end + 2 !== trimmed.length) return undefined
  return trimmed.slice(only.start, only.end).trim()
}

/** Returns the text with `replace` in place of each expression. */
export function replaceExpressions(text: string, replace: (expression: string, before: string) => string): string {
  let result = ''
  let at = 0
  for (const { start, end } of findExpressions(text)) {
    result += text.slice(at, start - 3)
    result += replace(text.slice(start, end).trim(), result)
    at = end + 2
  }
  return result + text.slice(at)
}

/** Finds the references to the context `steps` in an expression without its braces. */
export function findStepReferences(expression: string): readonly StepReference[] {
  const found: StepReference[] = []
  const word = /[A-Za-z_][\w-]*|'/g
  for (let match = word.exec(expression); match !== null; match = word.exec(expression)) {
    if (match[0] === "'") {
      const close = expression.indexOf("'", word.lastIndex)
      if (close < 0) break
      word.lastIndex = close + 1
      continue
    }
    const isProperty = expression.slice(0, match.index).trimEnd().endsWith('.')
    if (match[0].toLowerCase() !== 'steps' || isProperty) continue
    const { parts, end } = readAccessors(expression, word.lastIndex)
    word.lastIndex = Math.max(end, word.lastIndex)
    const [id, ...path] = parts
    found.push({
      start: match.index,
      end,
      id: id?.name,
      idRange: id?.name === undefined ? undefined : { start: id.start, end: id.end },
      path: path.map(({ name }) => name?.toLowerCase() ?? '*'),
    })
  }
  return found
}

type Part = Range & { readonly name: string | undefined }

/** Reads `.name` and `['name']`. Stops at a computed or wildcard part, which has no name. */
function readAccessors(text: string, from: number): { readonly parts: readonly Part[]; readonly end: number } {
  const accessor = /\s*(?:\.\s*([A-Za-z_][\w-]*|\*)|\[\s*'([^']*)'\s*\]|(\[))/y
  const parts: Part[] = []
  let end = from
  for (;;) {
    accessor.lastIndex = end
    const match = accessor.exec(text)
    if (match === null) return { parts, end }
    const [all, dotted, quoted] = match
    const name = dotted === '*' ? undefined : (dotted ?? quoted)
    const start = name === undefined ? end : match.index + all.lastIndexOf(name)
    parts.push({ name, start, end: start + (name?.length ?? 0) })
    end = accessor.lastIndex
    if (name === undefined) return { parts, end }
  }
}

/** Returns a condition of `if:` without braces and superfluous whitespace, for comparison. */
export function normalizeCondition(text: string): string {
  return (wholeExpression(text) ?? text).trim().replace(/\s+/g, ' ')
}

/** Whether two steps have the same condition. */
export function isSameCondition(a: Conditional, b: Conditional): boolean {
  return normalizeCondition(a.condition ?? '') === normalizeCondition(b.condition ?? '')
}

type Conditional = { readonly condition: string | undefined }

/** Replaces the variables of a text that are known before the run. `env` has their names in lowercase. */
export function resolveVariables(text: string, env: ReadonlyMap<string, string | undefined>): string {
  return replaceExpressions(text, (expression) => {
    const [context = '', name = '', ...rest] = expression.toLowerCase().split('.')
    const known = context === 'env' && rest.length === 0 ? env.get(name) : undefined
    return known ?? `\${{ ${expression} }}`
  })
}
