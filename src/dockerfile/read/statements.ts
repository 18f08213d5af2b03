import { attempt, type Report } from '../problem.ts'
import { createDirectiveReader, readDirective } from './directives.ts'
import { type Announced, findAnnouncements, type HereDocument } from './heredoc.ts'
import { trim, trimStart } from './space.ts'
import { readStatement, type Statement } from './statement.ts'
import type { Escape } from './words.ts'

/** A statement with its position in the file. */
export type PlacedStatement = Statement & {
  /** First and last line, from 1, including here-documents. */
  readonly line: number
  readonly endLine: number
  /** The logical line, joined, with surrounding whitespace. */
  readonly text: string
  readonly heredocs: readonly HereDocument[]
  /** The texts of the comments since the previous statement or the last empty line. */
  readonly comments: readonly string[]
}

export type Statements = {
  readonly escapeMark: Escape
  readonly statements: readonly PlacedStatement[]
  /** The last lines of the statements that contain an empty line. */
  readonly emptyContinuations: readonly number[]
}

// BuildKit's buffer size; it stops reading at a longer line.
const longestLine = 65_535

/**
 * Splits a Dockerfile into its instructions: joins continued lines, removes comments and extracts here-documents.
 * Continues after a problem, so that all of them are reported.
 */
export function readStatements(text: string, report: Report): Statements {
  const lines = splitLines(text.replace(/^\ufeff/, ''))
  const directives = createDirectiveReader()
  const statements: PlacedStatement[] = []
  const emptyContinuations: number[] = []
  let comments: string[] = []
  let at = 0
  while (at < lines.length) {
    const line = at + 1
    const raw = lines[at++] ?? ''
    const first = trimStart(trimNewline(raw))
    attempt(line, report, () => readDirective(directives, first))
    if (directives.done && isComment(first)) {
      // An indented comment keeps its "#", as in BuildKit.
      const comment = trim(raw.slice(1))
      if (comment === '') comments = []
      else comments.push(comment)
    }
    const { escapeMark } = directives
    let { part, continues } = splitContinuation(isComment(first) ? '' : first, escapeMark)
    if (!continues && part === '') continue
    let joined = part
    let hasEmpty = false
    while (continues && at < lines.length) {
      const more = trimNewline(lines[at++] ?? '')
      hasEmpty ||= trimStart(more) === ''
      if (isComment(more) || trimStart(more) === '') continue
      ;({ part, continues } = splitContinuation(more, escapeMark))
      joined += part
    }
    if (hasEmpty) emptyContinuations.push(at)
    const statement = attempt(line, report, () => readStatement(joined, escapeMark))
    if (statement === undefined) continue
    const heredocs: HereDocument[] = []
    for (const announced of takesHeredocs(statement) ? findAnnouncements(joined) : []) {
      const { body, end } = readBody(lines, at, announced)
      at = end
      if (body === undefined) report(line, `unterminated heredoc ${announced.name}`)
      else heredocs.push({ ...announced, body })
    }
    statements.push({ line, endLine: at, text: joined, ...statement, heredocs, comments })
    comments = []
  }
  lines.forEach((line, index) => {
    if (line.length * 3 > longestLine && new TextEncoder().encode(trimNewline(line)).length > longestLine) {
      report(index + 1, `dockerfile line greater than max allowed size of ${longestLine}`)
    }
  })
  if (statements.length === 0) report(Math.max(1, lines.length), 'file with no instructions')
  return { escapeMark: directives.escapeMark, statements, emptyContinuations }
}

function takesHeredocs({ keyword, arguments: given }: Statement): boolean {
  if (given.form === 'instruction') return takesHeredocs(given.instruction)
  return /^(?:add|copy|run)$/i.test(keyword) && given.form !== 'json'
}

function readBody(lines: readonly string[], start: number, { name, chomps }: Announced) {
  for (let at = start; at < lines.length; at++) {
    const line = trimNewline(lines[at] ?? '')
    if ((chomps ? line.replace(/^\t+/, '') : line) !== name) continue
    return { body: lines.slice(start, at).join(''), end: at + 1 }
  }
  return { body: undefined, end: lines.length }
}

/** Returns the lines with their line endings, without an empty line after the last newline. */
function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function trimNewline(line: string): string {
  let end = line.length
  while (end > 0 && (line[end - 1] === '\n' || line[end - 1] === '\r')) end--
  return line.slice(0, end)
}

function isComment(line: string): boolean {
  return trimStart(line).startsWith('#')
}

/**
 * Splits off the continuation of a line: an escape character at its end, optionally followed by blanks. Two or more in
 * a row do not continue it: BuildKit checks one character before the last.
 */
function splitContinuation(line: string, escapeMark: Escape): { readonly part: string; readonly continues: boolean } {
  let end = line.length
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--
  const continues = line[end - 1] === escapeMark && line[end - 2] !== escapeMark
  return continues ? { part: line.slice(0, end - 1), continues } : { part: line, continues }
}
