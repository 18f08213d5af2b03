import { ActionError } from '../../errors/action-error.ts'
import { parsePlatform } from '../../oci/platform.ts'
import { parseReference } from '../../oci/reference.ts'
import { type BuildInputs, globalValues, type Values } from '../expand/arguments.ts'
import { expandWord } from '../expand/expand.ts'
import type { Stage } from '../read/instruction.ts'
import type { Dockerfile } from '../read/parse.ts'
import type { LintFinding } from './finding.ts'
import { guess } from './guess.ts'

export type FromContext = { readonly globals: Values; readonly inputs: BuildInputs }

/** Checks FROM with its variables. */
export function lintFrom(dockerfile: Dockerfile, { globals, inputs }: FromContext): readonly LintFinding[] {
  const declared = new Set([
    ...globals.keys(),
    ...dockerfile.globalArguments.flatMap(({ arguments: given }) => given.map(({ name }) => name)),
  ])
  const { escape: escapeMark } = dockerfile.directives
  const read = (text: string): Expanded => {
    const used = new Set<string>()
    const lookup = (name: string) => {
      used.add(name)
      return globals.get(name)
    }
    const result = expandWord(text, lookup, { escapeMark })
    return { result, used: [...used] }
  }
  return [
    ...lintDefaults(dockerfile, inputs),
    ...dockerfile.stages.flatMap((stage) => {
      const platform = stage.platform === undefined ? undefined : read(stage.platform)
      const used = new Set([...read(stage.base).used, ...(platform?.used ?? [])])
      return [
        ...[...used].filter((name) => !declared.has(name)).map((name) => undefinedArgument(name, stage, declared)),
        ...(platform === undefined ? [] : lintPlatform(stage, platform, globals)),
      ]
    }),
  ]
}

/** A word with its variables replaced, and the names of the variables. */
type Expanded = { readonly result: string; readonly used: readonly string[] }

function undefinedArgument(name: string, { line }: Stage, declared: ReadonlySet<string>): LintFinding {
  return {
    rule: 'UndefinedArgInFrom',
    line,
    message: `FROM argument '${name}' is not declared${guess(name, declared)}`,
  }
}

function lintPlatform(stage: Stage, { result, used }: Expanded, globals: Values): readonly LintFinding[] {
  const { line, name = '', platform: written = '' } = stage
  if (used.length === 0) {
    const { os, architecture } = parsePlatform(result)
    // A stage that is named after its platform sets it intentionally.
    if (name.includes(os) || name.includes(architecture)) return []
    const message = `FROM --platform flag should not use constant value "${result}"`
    return [{ rule: 'FromPlatformFlagConstDisallowed', line, message }]
  }
  if (used.join() !== 'TARGETPLATFORM' || result !== globals.get('TARGETPLATFORM')) return []
  const message = `Setting platform to predefined ${written} in FROM is redundant as this is the default behavior`
  return [{ rule: 'RedundantTargetPlatform', line, message }]
}

/** Checks whether FROM names an image if no argument is given. */
function lintDefaults(dockerfile: Dockerfile, inputs: BuildInputs): readonly LintFinding[] {
  const { escape: escapeMark } = dockerfile.directives
  try {
    const defaults = globalValues(dockerfile, { ...inputs, buildArguments: new Map() })
    return dockerfile.stages
      .filter(({ base }) => !isReference(expandWord(base, (name) => defaults.get(name), { escapeMark })))
      .map(({ line, base }) => ({
        rule: 'InvalidDefaultArgInFrom',
        line,
        message: `Default value for ARG ${base} results in empty or invalid base image name`,
      }))
  } catch (thrown) {
    // Some variables cannot be replaced without the arguments: `ARG A=${B:?}`.
    if (thrown instanceof ActionError) return []
    throw thrown
  }
}

function isReference(name: string): boolean {
  try {
    parseReference(name)
    return true
  } catch (thrown) {
    if (thrown instanceof ActionError) return false
    throw thrown
  }
}
