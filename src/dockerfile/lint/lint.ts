import type { BuildInputs, Values } from '../expand/arguments.ts'
import type { Dockerfile } from '../read/parse.ts'
import { type PlacedStatement, readStatements } from '../read/statements.ts'
import type { StagePlan } from '../stages/stages.ts'
import { type CheckOptions, includes } from './check-options.ts'
import type { LintFinding } from './finding.ts'
import { lintFrom } from './lint-from.ts'
import { lintNames } from './lint-names.ts'
import { lintStages } from './lint-stages.ts'
import { lintComments, skipsOf } from './remarks.ts'

export type LintInputs = BuildInputs & {
  /** The text that `dockerfile` was read from. */
  readonly text: string
  readonly options: CheckOptions
  /** Of `globalValues`. */
  readonly globals: Values
  readonly stages: StagePlan
  /** The stages whose instructions are checked, ascending, with those that they are based on. */
  readonly looked: readonly number[]
  /** The stages that begin with an image that has a SHELL. */
  readonly withShell: ReadonlySet<number>
}

/**
 * The checks of BuildKit that the text of a Dockerfile and the arguments decide, by line, without those that are to be
 * skipped. What depends on the environment of an image in FROM is taken to be right.
 * https://docs.docker.com/reference/build-checks/
 */
export function lint(dockerfile: Dockerfile, inputs: LintInputs): readonly LintFinding[] {
  const { text, options, globals, stages, looked, withShell, buildArguments } = inputs
  const { statements, emptyContinuations } = readStatements(text, () => {})
  const found = [
    ...emptyContinuations.map(emptyContinuation),
    ...lintNames(dockerfile),
    ...lintFrom(dockerfile, { globals, inputs }),
    ...lintStages(stages, looked, { globals, escapeMark: dockerfile.directives.escape, buildArguments, withShell }),
  ]
  const isWanted = ({ rule }: LintFinding) => !includes(options.skip, rule)
  return [
    ...withoutSkipped(found, statements).filter(isWanted),
    ...lintComments(statements).filter(({ rule }) => includes(options.experimental, rule)),
  ].sort((a, b) => a.line - b.line)
}

function emptyContinuation(line: number): LintFinding {
  return { rule: 'NoEmptyContinuation', line, message: 'Empty continuation line' }
}

// BuildKit checks these before the single instructions.
const ofFile = new Set([
  'NoEmptyContinuation',
  'ReservedStageName',
  'DuplicateStageName',
  'ConsistentInstructionCasing',
  'InvalidDefaultArgInFrom',
])

function withoutSkipped(found: readonly LintFinding[], statements: readonly PlacedStatement[]): readonly LintFinding[] {
  const skips = skipsOf(statements)
  return found.filter(({ rule, line }) => ofFile.has(rule) || !includes(skips.get(line) ?? new Set(), rule))
}
