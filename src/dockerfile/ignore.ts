import { posix } from 'node:path'
import { compilePathPattern, type PathPattern } from './path-pattern.ts'
import { attempt, dockerfileError, type Problem, textError } from './problem.ts'
import { trim } from './space.ts'

/** The patterns of a `.dockerignore`, or of the `--exclude` of one instruction. */
export type IgnoreRules = {
  readonly patterns: readonly PathPattern[]
  /** The paths that exceptions begin with; undefined where one has a wildcard and may be anywhere. */
  readonly exceptions: readonly string[] | undefined
}

/** What the rules say of a path. Those of a folder are needed for what is in it. */
export type Verdict = { readonly ignored: boolean; readonly matched: readonly boolean[] }

/**
 * Reads a `.dockerignore` or `Dockerfile.dockerignore`. `file` is its name in messages.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 * @throws ActionError `dockerfile-invalid` with all problems, placed at the first
 */
export function parseIgnore(text: string, file: string): IgnoreRules {
  const problems: Problem[] = []
  const patterns = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((line, index) => {
      const pattern = line.startsWith('#') ? '' : trim(line)
      const exception = pattern.startsWith('!')
      const path = cleanRelative(exception ? trim(pattern.slice(1)) : pattern)
      const cleaned = trim(exception ? `!${path}` : path)
      if (cleaned === '') return []
      const compiled = attempt(
        index + 1,
        (at, message) => problems.push({ line: at, message }),
        () => compile(cleaned),
      )
      return compiled ?? []
    })
  if (problems.length > 0) throw dockerfileError(file, problems)
  return toRules(patterns)
}

/**
 * The rules that the `--exclude` flags of COPY and ADD make, for paths relative to a source.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function excludeRules(patterns: readonly string[]): IgnoreRules {
  return toRules(
    patterns
      .map(trim)
      .filter((pattern) => pattern !== '')
      .map(compile),
  )
}

/**
 * Judges `path`, relative with "/", by what was said of the folder it is in (`parent`; undefined at the top). Patterns
 * count in order, the last that changes something wins, and what holds for a folder holds for all in it: but only a
 * pattern that was looked at for the folder is remembered, so that "!d" after "d/x" does not take "d/x" back.
 */
export function judge({ patterns }: IgnoreRules, path: string, parent: Verdict | undefined): Verdict {
  let ignored = false
  const matched = patterns.map((pattern, index) => {
    const inherited = parent?.matched[index] ?? false
    const found = inherited || (pattern.exception === ignored && pattern.matches(path))
    if (found) ignored = !pattern.exception
    return found
  })
  return { ignored, matched }
}

/** Whether a path is ignored, looking at each folder above it first. For many paths of a tree `judge` is faster. */
export function isIgnored(rules: IgnoreRules, path: string): boolean {
  const parts = path.split('/')
  let verdict: Verdict | undefined
  for (let depth = 1; depth <= parts.length; depth++) {
    verdict = judge(rules, parts.slice(0, depth).join('/'), verdict)
  }
  return verdict?.ignored ?? false
}

/** Whether an ignored folder need not be looked into: nothing in it can be taken back. */
export function canPrune({ exceptions }: IgnoreRules, folder: string): boolean {
  return exceptions?.every((path) => !`${path}/`.startsWith(`${folder}/`)) ?? false
}

function toRules(patterns: readonly PathPattern[]): IgnoreRules {
  const paths = patterns
    .filter(({ exception }) => exception)
    .map(({ text }) => text.replace(/\/\*\*$/, '').replace(/\/\*$/, ''))
  return { patterns, exceptions: paths.some((path) => /[*[\]?^\\]/.test(path)) ? undefined : paths }
}

function compile(pattern: string): PathPattern {
  const cleaned = clean(pattern)
  if (cleaned === '!') throw textError('illegal exclusion pattern: "!"')
  const exception = cleaned.startsWith('!')
  return compilePathPattern(exception ? cleaned.slice(1) : cleaned, exception)
}

function cleanRelative(pattern: string): string {
  if (pattern === '') return ''
  const path = clean(pattern)
  return path.length > 1 && path.startsWith('/') ? path.slice(1) : path
}

/** Go's path.Clean: no "." and empty parts, ".." resolved, no "/" at the end. */
function clean(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}
