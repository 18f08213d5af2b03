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
  /** The source text of `dockerfile`. */
  readonly text: string
  readonly options: CheckOptions
  /** Result of `globalValues`. */
  readonly globals: Values
  readonly stages: StagePlan
  /** The stages whose instructions are checked, ascending, with the stages that they are based on. */
  readonly looked: readonly number[]
  /** The stages whose base image sets a SHELL. */
  readonly withShell: ReadonlySet<number>
}

/**
 * Runs the checks of BuildKit that depend only on the text of a Dockerfile and the arguments, sorted by line, without
 * skipped rules. Anything that depends on the environment of an image in FROM is assumed to be correct.
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

// BuildKit runs these before the checks of single instructions.
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
