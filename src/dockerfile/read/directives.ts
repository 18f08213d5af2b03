import { textError } from '../problem.ts'
import { trimBlanks, trimStart } from './space.ts'
import type { Escape } from './words.ts'

/**
 * The directives in comments at the top of a Dockerfile.
 * https://docs.docker.com/reference/dockerfile/#parser-directives
 */
export type Directives = {
  /** The image of the requested frontend, such as `docker/dockerfile:1`. */
  readonly syntax?: string
  readonly escape: Escape
  /** The options of build checks, as written. */
  readonly check?: string
}

type Directive = { readonly name: string; readonly value: string }

const known = new Set(['syntax', 'escape', 'check'])

/** The state of reading directives line by line, up to the first line that is not a directive. */
export type DirectiveReader = { readonly seen: Map<string, string>; done: boolean; escapeMark: Escape }

export function createDirectiveReader(): DirectiveReader {
  return { seen: new Map(), done: false, escapeMark: '\\' }
}

/**
 * Reads one line, without leading whitespace and line ending.
 *
 * @throws ActionError `dockerfile-invalid`, without a place, for a duplicate directive and for an invalid escape
 */
export function readDirective(reader: DirectiveReader, line: string): void {
  const directive = reader.done ? undefined : parseDirective(line, '#')
  if (directive === undefined) {
    reader.done = true
    return
  }
  const { name, value } = directive
  if (reader.seen.has(name)) throw textError(`only one ${name} parser directive can be used`)
  reader.seen.set(name, value)
  if (name !== 'escape') return
  if (value !== '`' && value !== '\\') throw textError(`invalid escape token '${value}' does not match \` or \\`)
  reader.escapeMark = value
}

/**
 * Finds the frontend and the checks that a Dockerfile requests. Both are read before parsing, also below a `#!` line.
 */
export function findDirectives(text: string): Omit<Directives, 'escape'> {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  if (lines[0]?.startsWith('#!')) lines.shift()
  const syntax = find(lines, 'syntax', '#') ?? find(lines, 'syntax', '//') ?? syntaxOfJson(lines)
  const check = find(lines, 'check', '#')
  return {
    ...(syntax === undefined ? {} : { syntax: syntax.replace(/ .*/s, '') }),
    ...(check === undefined ? {} : { check }),
  }
}

/** Returns the line, from 1, of the directive `syntax` that {@link findDirectives} finds; 1 if it is a key of JSON. */
export function lineOfSyntax(text: string): number {
  const isSyntax = (line: string) =>
    (['#', '//'] as const).some((comment) => parseDirective(line, comment)?.name === 'syntax')
  return (
    Math.max(
      0,
      text
        .replace(/^\ufeff/, '')
        .split(/\r?\n/)
        .findIndex(isSyntax),
    ) + 1
  )
}

function find(lines: readonly string[], name: string, comment: '#' | '//'): string | undefined {
  const seen = new Set<string>()
  for (const line of lines) {
    const directive = parseDirective(line, comment)
    if (directive === undefined || seen.has(directive.name)) return undefined
    if (directive.name === name) return directive.value
    seen.add(directive.name)
  }
  return undefined
}

/** Reads `{"syntax": "…"}`, with which files in other formats name their frontend. */
function syntaxOfJson(lines: readonly string[]): string | undefined {
  if (!trimStart(lines.find((line) => line !== '') ?? '').startsWith('{')) return undefined
  try {
    // The size of a Dockerfile is limited, and only the top level is read.
    const value: unknown = JSON.parse(lines.join('\n'))
    const syntax = typeof value === 'object' && value !== null && 'syntax' in value ? value.syntax : undefined
    return typeof syntax === 'string' ? syntax : undefined
  } catch {
    return undefined
  }
}

function parseDirective(line: string, comment: string): Directive | undefined {
  if (!line.startsWith(comment)) return undefined
  const match = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=([^\n]*)$/.exec(trimStart(line.slice(comment.length)))
  const name = match?.[1]?.toLowerCase() ?? ''
  const value = trimBlanks(match?.[2] ?? '')
  return known.has(name) && value !== '' ? { name, value } : undefined
}

/** Whether a frontend is `docker/dockerfile`, of any version, whose language `src/dockerfile` reads. */
export function isDockersFrontend(syntax: string): boolean {
  return /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@].*)?$/.test(syntax)
}
