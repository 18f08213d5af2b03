import { limits } from '../bounds/limits.ts'
import { formatBytes } from '../text/bytes.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { quote, type Read } from './read/problem.ts'

/** Returns the text of a file, or the reason why it cannot be read. */
export type ReadText = (path: string) => Read<string>

/** The lines of one file of `build-args-file`, and a function that reports a problem of one of them. */
export type PairSource = { readonly items: readonly ListItem[]; readonly report: ReportLine }

/** Reads the files of `build-args-file`, in order. Problems name the file and the line, but no value. */
export function readBuildArgsFiles(
  files: readonly ListItem[],
  readText: ReadText,
  report: ReportLine,
): readonly PairSource[] {
  const sources: PairSource[] = []
  let total = 0
  for (const { text: path, line } of files) {
    const read = readText(path)
    if ('problem' in read) {
      report(`cannot read ${quote(path)}: ${read.problem}`, line)
      continue
    }
    total += read.value.length
    if (total > limits.input) {
      report(`the files are together larger than ${formatBytes(limits.input)}`, line)
      return sources
    }
    const problem = textProblem(read.value)
    if (problem !== undefined) report(`cannot read ${quote(path)}: ${problem}`, line)
    else {
      sources.push({
        items: parseEnvFile(read.value),
        report: (message, at) => report(`${quote(path)}, line ${at}: ${message}`, line),
      })
    }
  }
  return sources
}

/**
 * Parses an env file: `KEY=value`, or `KEY` alone. Blank lines and lines that begin with `#` are ignored. Quotes around
 * a whole value are removed if it contains no other quote of the same kind; everything else is verbatim: `#`, `$`,
 * backslashes and other quotes.
 */
export function parseEnvFile(text: string): readonly ListItem[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .map((line, index) => ({ text: unquoted(line.trim()), line: index + 1 }))
    .filter((item) => item.text !== '' && !item.text.startsWith('#'))
}

function unquoted(line: string): string {
  const [, key, value] = /^([^=]*=)(?:"([^"]*)"|'[^']*')$/.exec(line) ?? []
  return key === undefined ? line : key + (value ?? line.slice(key.length + 1, -1))
}

function textProblem(text: string): string | undefined {
  if (/[\0\uFFFD]/.test(text)) return 'it is not a text file in UTF-8'
  const lines = text.split('\n').length
  return lines > limits.inputItems ? `it has more than ${limits.inputItems} lines` : undefined
}
