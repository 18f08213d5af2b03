import { type Expand, globalExpressions } from './expressions.ts'
import type { Inputs, ValueNames } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote, type Read } from './read/problem.ts'
import { splitPair } from './read/value.ts'

const names: readonly string[] = [...globalExpressions, 'version', 'created']

// `{{…}}` or `{{{…}}}`, with a preceding backslash that escapes it.
const braces = /\\?\{\{\{?([^{}]*)\}\}\}?/g

/** Keywords of Go templates without arguments: `{{end}}`. */
const foreignWords = ['else', 'end', 'break', 'continue']

/**
 * Replaces the expressions in `value`: names, dates, and `{{#if name}}…{{/if}}`. Braces with anything but one word are
 * of another template language (`{{.Version}}`, `{{ item.name }}`, `{{ x | upper }}`) and are not changed; an unknown
 * word is a problem. A backslash before an expression escapes it: `\{{version}}`. Problems never contain the value,
 * which may be a secret.
 */
export function expandValue(value: string, expand: Expand, given: ValueNames): Read<ReturnType<typeof plain>> {
  if (!value.includes('{{')) return { value: plain(value) }
  // Only the expressions become a template: all other text is a variable of it, so that none of its characters has a
  // special meaning.
  const texts: Record<string, string> = {}
  let template = ''
  let kept = ''
  let depth = 0
  let last = 0
  const closeText = () => {
    if (kept === '') return
    const name = `text${Object.keys(texts).length}`
    texts[name] = kept
    template += `{{${name}}}`
    kept = ''
  }
  for (const { 0: found, 1: inner = '', index } of value.matchAll(braces)) {
    kept += value.slice(last, index)
    last = index + found.length
    const isEscaped = found.startsWith('\\')
    const part = readPart(inner.trim(), depth)
    if (part.kind === 'text') kept += found
    else if (isEscaped) kept += found.slice(1)
    else if (part.kind === 'unknown') return { problem: unknownProblem(part.word) }
    else {
      depth += part.opens
      closeText()
      template += found
    }
  }
  kept += value.slice(last)
  if (template === '') return { value: plain(kept) }
  closeText()
  const read = expand(template, { ...given, ...texts })
  return 'problem' in read ? { problem: read.problem.replace(/, in ".*$/s, '') } : { value: read.value }
}

function plain(text: string): { readonly text: string; readonly uses: ReadonlySet<string> } {
  return { text, uses: new Set<string>() }
}

type Part =
  | { readonly kind: 'text' }
  | { readonly kind: 'unknown'; readonly word: string }
  /** `opens`: the change in the number of open blocks. */
  | { readonly kind: 'expression'; readonly opens: -1 | 0 | 1 }

const text: Part = { kind: 'text' }

/** Parses the text in braces; `depth` is the number of open blocks. */
function readPart(inner: string, depth: number): Part {
  const [, block, subject = ''] = /^#(if|unless)\s+([\w-]+)$/.exec(inner) ?? []
  if (block !== undefined) {
    return names.includes(subject) ? { kind: 'expression', opens: 1 } : { kind: 'unknown', word: subject }
  }
  if (inner === '/if' || inner === '/unless') return depth > 0 ? { kind: 'expression', opens: -1 } : text
  if (inner === 'else' && depth > 0) return { kind: 'expression', opens: 0 }
  if (/^(?:commit_)?date(?:\s+['"].*)?$/s.test(inner)) return { kind: 'expression', opens: 0 }
  if (!/^[A-Za-z_]\w*$/.test(inner) || foreignWords.includes(inner)) return text
  return names.includes(inner) ? { kind: 'expression', opens: 0 } : { kind: 'unknown', word: inner }
}

function unknownProblem(word: string): string {
  const accepted = [...names, 'date', 'commit_date']
  const near = didYouMean(word, accepted)
  // Text that is not similar to an expression may be a part of a secret.
  const found = near === '' ? 'another word in {{ }}' : quote(`{{${word}}}`)
  return `expected an expression of ${accepted.join(', ')}, found ${found}${near}. To keep the text, write a backslash before it`
}

/** Validates the values of a list of `key=value`, and returns the expressions that they use. */
export function checkValues(items: readonly ListItem[], expand: Expand, report: ReportLine): ReadonlySet<string> {
  const uses = new Set<string>()
  for (const { text: item, line } of items) {
    const { key, value } = splitPair(item)
    const read = expandValue(value ?? '', expand, { version: '', created: '' })
    if ('problem' in read) report(`${quote(key)}: ${read.problem}`, line)
    else for (const name of read.value.uses) uses.add(name)
  }
  return uses
}

/** Returns the inputs with all expressions of their values replaced. */
export function fillValues<T extends Pick<Inputs, 'labels' | 'annotations' | 'buildArgs' | 'expressions'>>(
  inputs: T,
  given: ValueNames,
): T {
  const { labels, annotations, buildArgs, expressions } = inputs
  if (expressions === undefined) return inputs
  const fill = <V extends string | null>(pairs: Readonly<Record<string, V>>) =>
    Object.fromEntries(
      Object.entries<V>(pairs).map(([key, value]) => [key, value === null ? value : expressions.fill(value, given)]),
    ) as Readonly<Record<string, V>>
  return {
    ...inputs,
    labels: fill<string>(labels),
    annotations: fill<string>(annotations),
    buildArgs: fill<string | null>(buildArgs),
  }
}
