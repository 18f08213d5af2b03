import { member } from '../bounds/json.ts'
import { ActionError } from '../errors/action-error.ts'
import type { CheckFinding } from './built.ts'

/** A question about a Dockerfile: https://docs.docker.com/reference/cli/docker/buildx/build/#call */
export type Question = 'check' | 'outline' | 'targets'

/**
 * A builder's answer in BuildKit's format, without `sources`, which holds the whole Dockerfile. No member is guaranteed
 * to exist.
 * https://github.com/moby/buildkit/tree/master/frontend/subrequests
 */
export type AnswerDocument = Readonly<Record<string, unknown>>

export type Answer = {
  readonly question: Question
  /** Name of the Dockerfile in messages. */
  readonly file: string
  readonly document: AnswerDocument
}

/** The findings of build checks, sorted by line; empty for other questions. */
export function findingsOf({ question, file, document }: Answer): readonly CheckFinding[] {
  if (question !== 'check') return []
  return listOf(document, 'warnings')
    .map((warning) => ({ line: lineOf(warning), message: describeWarning(warning) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ line, message }) => ({
      message: `${file}${line === undefined ? '' : `:${line}`}: ${message}`,
      place: line === undefined ? undefined : { file, line },
    }))
}

/**
 * @throws ActionError `dockerfile-invalid` if build checks have findings, because buildx does not exit with 0 then
 * either
 */
export function refuseFindings(answer: Answer): void {
  const { length } = findingsOf(answer)
  if (length === 0) return
  const count = length === 1 ? '1 problem' : `${length} problems`
  throw new ActionError('dockerfile-invalid', `Build checks found ${count} in ${answer.file}`, {
    hint: 'Correct the lines of the annotations. `# check=skip=RuleName` at the top of the Dockerfile switches a rule off: https://docs.docker.com/build/checks/',
  })
}

/** Returns the answer as lines for the log. */
export function answerLines({ question, file, document }: Answer): readonly string[] {
  switch (question) {
    case 'check': {
      const { length } = listOf(document, 'warnings')
      return [length === 0 ? `Build checks passed: no problems in ${file}` : `Build checks: ${length} found in ${file}`]
    }
    case 'targets':
      return table(
        ['Target', 'Base', 'Description'],
        listOf(document, 'targets').map((one) => [
          `${textOf(one, 'name') || '(no name)'}${member(one, 'default') === true ? ' (default)' : ''}`,
          textOf(one, 'base'),
          textOf(one, 'description'),
        ]),
      )
    case 'outline':
      return outlineLines(document)
  }
}

function outlineLines(document: AnswerDocument): readonly string[] {
  const [name, description] = [textOf(document, 'name'), textOf(document, 'description')]
  const named = (key: string) =>
    listOf(document, key).map((one) => [textOf(one, 'name'), member(one, 'required') === true ? 'yes' : ''])
  return [
    `Target: ${name || '(no name)'}${description === '' ? '' : ` (${description})`}`,
    ...table(
      ['Build argument', 'Value', 'Description'],
      listOf(document, 'args').map((one) => [textOf(one, 'name'), textOf(one, 'value'), textOf(one, 'description')]),
    ),
    ...table(['Secret', 'Required'], named('secrets')),
    ...table(['SSH agent', 'Required'], named('ssh')),
  ]
}

/** Empty if there are no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  const all = [head, ...rows]
  const widths = head.map((_, at) => all.reduce((most, row) => Math.max(most, Math.min(row[at]?.length ?? 0, 60)), 0))
  return all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function describeWarning(warning: unknown): string {
  const [rule, detail, url] = ['ruleName', 'detail', 'url'].map((key) => textOf(warning, key))
  return `${rule}: ${detail || textOf(warning, 'description')}${url ? ` (${url})` : ''}`
}

function lineOf(one: unknown): number | undefined {
  const [range] = listOf(member(one, 'location'), 'ranges')
  const line = member(member(range, 'start'), 'line')
  return typeof line === 'number' && Number.isSafeInteger(line) && line > 0 ? line : undefined
}

function listOf(object: unknown, key: string): readonly unknown[] {
  const value = member(object, key)
  return Array.isArray(value) ? value : []
}

function textOf(object: unknown, key: string): string {
  const value = member(object, key)
  return typeof value === 'string' ? value.replaceAll(/\s+/g, ' ') : ''
}
