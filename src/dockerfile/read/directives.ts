import { textError } from '../problem.ts'
import { trimBlanks, trimStart } from './space.ts'
import type { Escape } from './words.ts'

/** What comments at the very top of a Dockerfile say. https://docs.docker.com/reference/dockerfile/#parser-directives */
export type Directives = {
  /** The image of the requested frontend, such as `docker/dockerfile:1`. */
  readonly syntax?: string
  readonly escape: Escape
  /** The options of build checks, as they stand. */
  readonly check?: string
}

type Directive = { readonly name: string; readonly value: string }

const known = new Set(['syntax', 'escape', 'check'])

/** Reads directives line by line, up to the first line that is none. */
export type DirectiveReader = { readonly seen: Map<string, string>; done: boolean; escapeMark: Escape }

export function createDirectiveReader(): DirectiveReader {
  return { seen: new Map(), done: false, escapeMark: '\\' }
}

/**
 * Reads one line, without white space in front and line end.
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

/** The frontend and the checks that a Dockerfile asks for. Both are looked up before it is parsed, below a `#!` line too. */
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

/** `{"syntax": "…"}`: files of other formats name their frontend so. */
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

/** Whether a frontend is `docker/dockerfile`, of any version: its language is what `src/dockerfile` reads. */
export function isDockersFrontend(syntax: string): boolean {
  return /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@].*)?$/.test(syntax)
}
