import { limits } from '../../bounds/limits.ts'
import type { ParseYamlPairs } from '../../bounds/yaml.ts'
import type { ListItem } from './list.ts'
import type { ReportLine } from './pairs.ts'
import { quote } from './problem.ts'

/**
 * Whether a list of `KEY=value` is written as a YAML mapping: its first line with content is `key: value`, `key:`, or
 * begins a flow mapping, as JSON does.
 */
export function isPairMapping(text: string): boolean {
  const first = text.split(/\r\n?|\n/).find((line) => !/^\s*(?:#|$|---\s*$)/.test(line)) ?? ''
  const start = first.trim().slice(0, limits.excerpt)
  return /^(?:"[^"=]*"|'[^'=]*'|[^\s"'#={}][^\s=]*)\s*:(?:\s|$)/.test(start) || /^\{\s*(?:$|["'])/.test(start)
}

/**
 * Reads the pairs of a YAML mapping as `key=value` items. A key without a value becomes the item `key`, or `key=` with
 * `emptyValues`. Problems never contain a value.
 */
export function readPairMapping(
  text: string,
  parsePairs: ParseYamlPairs | undefined,
  { emptyValues, report }: { readonly emptyValues: boolean; readonly report: ReportLine },
): readonly ListItem[] {
  const pairs = parsed(text, parsePairs)
  if (typeof pairs === 'string') {
    report(pairs)
    return []
  }
  return pairs.flatMap(({ key, value, line }) => {
    if (key.includes('='))
      report(`expected "key: value" or key=value in all lines, found "=" in the key ${quote(key)}`, line)
    else if (value === null) return [{ text: emptyValues ? `${key}=` : key, line }]
    else if (typeof value === 'string') return [{ text: `${key}=${value}`, line }]
    else report(`${quote(key)}: expected a text, found a ${Array.isArray(value) ? 'list' : 'mapping'}`, line)
    return []
  })
}

function parsed(text: string, parsePairs: ParseYamlPairs | undefined) {
  try {
    return parsePairs?.(text) ?? 'expected a YAML mapping or key=value lines'
  } catch (error) {
    // The lines after the first show the source.
    const [message] = (error instanceof Error ? error.message : String(error)).split('\n')
    // The parser's message contains the value.
    if (message?.startsWith('Unresolved alias')) return 'a value that begins with "*" is an alias; put it in quotes'
    return `invalid YAML: ${message?.replace(/:$/, '')}`
  }
}
