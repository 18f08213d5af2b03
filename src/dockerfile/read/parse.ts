import { attempt, dockerfileError, type Problem, quoteFound, type Report, textError } from '../problem.ts'
import { type Directives, findDirectives } from './directives.ts'
import { readFlags } from './flags.ts'
import type { Instruction, InstructionOf, Stage } from './instruction.ts'
import { readInstruction } from './read-instruction.ts'
import { trim } from './space.ts'
import { type PlacedStatement, readStatements } from './statements.ts'

export type Dockerfile = {
  /** Its name in messages. */
  readonly file: string
  readonly directives: Directives
  /** ARG before the first FROM. */
  readonly globalArguments: readonly InstructionOf<'arg'>[]
  /** At least one. */
  readonly stages: readonly Stage[]
}

// Such a file is not a Dockerfile, and reading megabytes of it would take minutes.
const enoughProblems = 1000

/**
 * Parses a Dockerfile as BuildKit's frontend does, without replacing variables. `file` is its name in messages.
 * https://docs.docker.com/reference/dockerfile/
 *
 * @throws ActionError `dockerfile-invalid` with all problems, placed at the first
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  if (text === '') throw dockerfileError(file, [{ line: 1, message: 'the Dockerfile cannot be empty' }])
  const problems: Problem[] = []
  const report: Report = (line, message) => problems.push({ line, message })
  const { escapeMark, statements } = readStatements(text, report)
  const globalArguments: InstructionOf<'arg'>[] = []
  const stages: (Stage & { readonly instructions: Instruction[] })[] = []
  const early: Instruction[] = []
  for (const statement of statements) {
    if (problems.length >= enoughProblems) break
    const { line, endLine, text: written } = statement
    if (isFrom(statement)) {
      // An invalid FROM starts a stage, too, so that the instructions after it cause no further errors.
      const header = attempt(line, report, () => readFrom(statement)) ?? { base: '' }
      stages.push({ line, endLine, text: trim(written), ...header, instructions: [] })
      continue
    }
    const instruction = attempt(line, report, () => readInstruction(statement))
    const stage = stages.at(-1)
    if (instruction === undefined) continue
    if (stage !== undefined) stage.instructions.push(instruction)
    else if (instruction.kind === 'arg') globalArguments.push(instruction)
    else early.push(instruction)
  }
  const [first] = early
  // Reported once, since all other instructions have the same problem.
  if (first !== undefined) {
    report(first.line, `no build stage in current context: ${first.kind.toUpperCase()} is before the first FROM`)
  }
  if (stages.length === 0 && problems.length === 0) report(1, 'dockerfile contains no stages to build')
  // A file without FROM is not a Dockerfile, and its lines may not be suitable for a log.
  if (problems.length > 0) throw dockerfileError(file, stages.length === 0 ? problems.slice(0, 1) : problems)
  return { file, directives: { ...findDirectives(text), escape: escapeMark }, globalArguments, stages }
}

/**
 * Parses an instruction from ONBUILD of a base image. The escape character is always "\", whatever the Dockerfile's is.
 * Its place is the FROM that triggers it; its text names its origin.
 *
 * @throws ActionError `dockerfile-invalid`
 */
export function parseTrigger(expression: string, from: { readonly file: string; readonly line: number }): Instruction {
  const problems: Problem[] = []
  const report: Report = (_, message) => {
    problems.push({ line: from.line, message: `in the ONBUILD trigger ${quoteFound(expression)}: ${message}` })
  }
  const { statements } = readStatements(expression, report)
  const [statement] = statements
  const instruction = statement === undefined ? undefined : attempt(from.line, report, () => readTriggered(statement))
  if (statements.length > 1) report(from.line, 'it should be a single instruction')
  // Further problems result from the first.
  if (problems.length > 0 || instruction === undefined) throw dockerfileError(from.file, problems.slice(0, 1))
  return { ...instruction, line: from.line, endLine: from.line, text: `ONBUILD ${instruction.text}` }
}

function readTriggered(statement: PlacedStatement): Instruction {
  if (isFrom(statement)) throw textError("FROM isn't allowed as an ONBUILD trigger")
  return readInstruction(statement)
}

function isFrom({ keyword }: PlacedStatement): boolean {
  return keyword.toLowerCase() === 'from'
}

function readFrom(statement: PlacedStatement): Pick<Stage, 'base' | 'name' | 'platform'> {
  const words = 'words' in statement.arguments ? statement.arguments.words : []
  const [base = '', as = '', given = ''] = words
  const named = words.length === 3 && as.toLowerCase() === 'as'
  if (!named && words.length !== 1) throw textError('FROM requires either one or three arguments')
  const name = given.toLowerCase()
  if (named && !/^[a-z][a-z0-9-_.]*$/.test(name)) {
    throw textError(
      `invalid name for build stage: ${quoteFound(given)}, name can't start with a number or contain symbols`,
    )
  }
  const platform = readFlags(statement.flags, { platform: 'text' }).text('platform') || undefined
  return { base, ...(named ? { name } : {}), ...(platform === undefined ? {} : { platform }) }
}
