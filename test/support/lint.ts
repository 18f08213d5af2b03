import { globalValues } from '../../src/dockerfile/expand/arguments.ts'
import { parseCheckOptions } from '../../src/dockerfile/lint/check-options.ts'
import type { LintFinding } from '../../src/dockerfile/lint/finding.ts'
import { lint } from '../../src/dockerfile/lint/lint.ts'
import { parseDockerfile } from '../../src/dockerfile/read/parse.ts'
import { planStages } from '../../src/dockerfile/stages/stages.ts'

export type LintCase = {
  readonly text: string
  readonly args?: Readonly<Record<string, string>>
  /** With a target, the stages that it needs are checked; otherwise all are, as with `--call=check`. */
  readonly target?: string
  /** The numbers of the stages whose image has a SHELL. */
  readonly withShell?: readonly number[]
}

/** The findings of the checks in a Dockerfile. */
export function lintText({ text, args = {}, target, withShell = [] }: LintCase): readonly LintFinding[] {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const platform = { os: 'linux', architecture: 'amd64' } as const
  const inputs = {
    buildPlatform: platform,
    targetPlatform: platform,
    buildArguments: new Map(Object.entries(args)),
    ...(target === undefined ? {} : { target }),
  }
  const globals = globalValues(dockerfile, inputs)
  const stages = planStages(dockerfile, { ...inputs, globals, contexts: [] })
  const options = parseCheckOptions(args['BUILDKIT_DOCKERFILE_CHECK'] ?? dockerfile.directives.check ?? '')
  const looked = target === undefined ? [...stages.stages.keys()] : stages.needed
  return lint(dockerfile, { ...inputs, text, options, globals, stages, looked, withShell: new Set(withShell) })
}
