import { posix } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { attempt, dockerfileError, ExcessError, excessError, type Problem, textError } from '../problem.ts'
import { trim } from '../read/space.ts'
import { compilePathPattern, type PathPattern } from './path-pattern.ts'
import { indexPatterns, type PatternIndex } from './pattern-index.ts'

/** The patterns of a `.dockerignore`, or of the `--exclude` of one instruction. */
export type IgnoreRules = {
  readonly patterns: readonly PathPattern[]
  /** Finds the patterns that match a path. */
  readonly find: PatternIndex
  /**
   * The paths that exceptions begin with, and their parent directories; undefined if one begins with a wildcard and may
   * match anywhere.
   */
  readonly exceptions: ReadonlySet<string> | undefined
  /** The line of each pattern in its file, from 1. */
  readonly lines: readonly number[]
}

/** The decision on a path, on which decisions for paths below it depend. */
export type PathVerdict = {
  readonly ignored: boolean
  /** The numbers, ascending, of the patterns that match it or a parent directory. */
  readonly matched: readonly number[]
  /** The number of the deciding pattern; undefined if none matched. */
  readonly by: number | undefined
}

/**
 * Parses a `.dockerignore` or `Dockerfile.dockerignore`. `file` is its name in messages.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 *
 * @throws ActionError `dockerfile-invalid` with all problems, placed at the first
 */
export function parseIgnore(text: string, file: string): IgnoreRules {
  const problems: Problem[] = []
  const lines: number[] = []
  const compile = createCompile()
  const patterns = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((line, index) => {
      const pattern = line.startsWith('#') ? '' : trim(line)
      const exception = pattern.startsWith('!')
      const path = cleanRelative(exception ? trim(pattern.slice(1)) : pattern)
      const cleaned = trim(exception ? `!${path}` : path)
      const isOver = problems.at(-1)?.cause instanceof ExcessError
      if (cleaned === '' || isOver) return []
      const compiled = attempt(
        index + 1,
        (at, message, cause) => problems.push({ line: at, message, cause }),
        () => compile(cleaned),
      )
      if (compiled !== undefined) lines.push(index + 1)
      return compiled ?? []
    })
  if (problems.length > 0) throw dockerfileError(file, problems)
  return toRules(patterns, lines)
}

/**
 * Creates the rules of the `--exclude` flags of COPY and ADD, for paths relative to a source.
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function excludeRules(patterns: readonly string[]): IgnoreRules {
  return toRules(
    patterns
      .map(trim)
      .filter((pattern) => pattern !== '')
      .map(createCompile()),
  )
}

/**
 * Decides on `path`, relative with "/", given the decision on its directory (`parent`; undefined at the top). The last
 * pattern that changes the result applies, and a match of a directory includes everything in it. As in moby, only
 * patterns that were evaluated for the directory are inherited, so that "!d" after "d/x" does not re-include "d/x".
 */
export function judgePath({ patterns, find }: IgnoreRules, path: string, parent: PathVerdict | undefined): PathVerdict {
  const inherited = parent?.matched ?? []
  const own = find(path)
  let ignored = false
  let by: number | undefined
  const matched: number[] = []
  // Only patterns that match here or above can change the result, so the two sorted lists are merged.
  for (let [above, here] = [0, 0]; above < inherited.length || here < own.length; ) {
    const next = Math.min(inherited[above] ?? Number.POSITIVE_INFINITY, own[here] ?? Number.POSITIVE_INFINITY)
    const isInherited = inherited[above] === next
    if (isInherited) above += 1
    while (own[here] === next) here += 1
    const exception = patterns[next]?.exception ?? false
    if (!isInherited && exception !== ignored) continue
    if (ignored === exception) by = next
    ignored = !exception
    matched.push(next)
  }
  return { ignored, matched, by }
}

/** Creates a function that decides on the paths of one tree, each directory once. */
export function createJudge(rules: IgnoreRules): (path: string) => PathVerdict {
  const folders = new Map<string, PathVerdict>()
  const ofFolder = (path: string): PathVerdict | undefined => {
    if (path === '') return undefined
    const known = folders.get(path)
    if (known !== undefined) return known
    // Iterative, so that a deep path does not cause a deep stack.
    let verdict: PathVerdict | undefined
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      const folder = end < 0 ? path : path.slice(0, end)
      verdict = folders.get(folder) ?? judgePath(rules, folder, verdict)
      folders.set(folder, verdict)
      if (end < 0) return verdict
    }
  }
  return (path) => judgePath(rules, path, ofFolder(path.slice(0, Math.max(0, path.lastIndexOf('/')))))
}

/** Returns the line of the pattern that excludes a path, from 1; undefined if none does. */
export function ignoringLine(rules: IgnoreRules, path: string): number | undefined {
  const { ignored, by } = createJudge(rules)(path)
  return ignored && by !== undefined ? rules.lines[by] : undefined
}

/** Whether an ignored directory can be skipped, because no exception matches anything in it. */
export function canPrune({ exceptions }: IgnoreRules, folder: string): boolean {
  return exceptions !== undefined && !exceptions.has(folder)
}

function toRules(patterns: readonly PathPattern[], lines: readonly number[] = []): IgnoreRules {
  const paths = patterns
    .filter(({ exception }) => exception)
    .map(({ text }) => text.replace(/\/\*\*$/, '').replace(/\/\*$/, ''))
  const exceptions = paths.some((path) => /[*[\]?^\\]/.test(path)) ? undefined : new Set(paths.flatMap(withFolders))
  return { patterns, find: indexPatterns(patterns), exceptions, lines }
}

/** Returns a path and its parent directories. */
function withFolders(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** Creates a function that compiles patterns, which have a limited number of repetitions together. */
function createCompile(): (pattern: string) => PathPattern {
  let repetitions = 0
  return (pattern) => {
    // A short pattern can have a thousand steps, so that the next one is not compiled at all.
    if (repetitions > limits.ignoreRepetitions) {
      throw excessError(`the patterns have more than ${limits.ignoreRepetitions} repetitions together`)
    }
    const cleaned = clean(pattern)
    if (cleaned === '!') throw textError('illegal exclusion pattern: "!"')
    const exception = cleaned.startsWith('!')
    const compiled = compilePathPattern(exception ? cleaned.slice(1) : cleaned, exception)
    repetitions += repetitionsIn(compiled)
    return compiled
  }
}

function repetitionsIn({ text, form }: PathPattern): number {
  const steps = form.kind === 'expression' ? form.expression.reduce((sum, { length }) => sum + length, 0) : 0
  // Each end of an expression is a step.
  return Math.max(0, steps - text.length - 2)
}

function cleanRelative(pattern: string): string {
  if (pattern === '') return ''
  const path = clean(pattern)
  return path.length > 1 && path.startsWith('/') ? path.slice(1) : path
}

/** Normalizes a path like Go's path.Clean: no "." and empty parts, ".." resolved, no trailing "/". */
function clean(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}
