import { type BuildInputs, unusedBuildArguments } from '../../dockerfile/expand/arguments.ts'
import { lint } from '../../dockerfile/lint/lint.ts'
import { dockerfileError } from '../../dockerfile/problem.ts'
import { isDockersFrontend, lineOfSyntax } from '../../dockerfile/read/directives.ts'
import { annotationAt } from '../../dockerfile/read/inline.ts'
import type { Dockerfile } from '../../dockerfile/read/parse.ts'
import type { Log } from '../../host/host.ts'
import type { PlatformStages } from '../../source/needed-stages.ts'
import { readCheckOptions } from '../read-check-options.ts'

export type AdviceInputs = Omit<BuildInputs, 'targetPlatform'> &
  PlatformStages & {
    /** Where `dockerfile` was read from. */
    readonly text: string
    /** The stages whose base image has a SHELL. */
    readonly withShell: ReadonlySet<number>
  }

/**
 * Logs the warnings that BuildKit would print: a frontend that is not used, unused build arguments, build checks.
 *
 * @throws ActionError `dockerfile-invalid` if findings of the checks are errors, or the options of the checks are
 * invalid; `input-invalid` if the build argument sets them
 */
export function giveAdvice(dockerfile: Dockerfile, inputs: AdviceInputs, log: Log): void {
  const { file, directives } = dockerfile
  const { platform: targetPlatform, stages, buildArguments } = inputs
  const [syntax] = (buildArguments.get('BUILDKIT_SYNTAX')?.trim() || directives.syntax || '').split(' ')
  if (syntax && !isDockersFrontend(syntax)) {
    const isArgument = Boolean(buildArguments.get('BUILDKIT_SYNTAX'))
    const who = isArgument ? 'The build argument BUILDKIT_SYNTAX' : file
    log.warning(
      `${who} asks for the frontend ${syntax}, which the embedded engine does not run: it reads the file as a Dockerfile`,
      isArgument ? {} : annotationAt(file, lineOfSyntax(inputs.text)),
    )
  }
  const unused = unusedBuildArguments(dockerfile, buildArguments)
  if (unused.length > 0) log.warning(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed`)
  const options = readCheckOptions(dockerfile, buildArguments.get('BUILDKIT_DOCKERFILE_CHECK'))
  const findings = lint(dockerfile, { ...inputs, targetPlatform, options, stages, looked: stages.needed }).map(
    ({ rule, line, message }) => ({
      line,
      message: `${rule}: ${message}`,
    }),
  )
  if (findings.length > 0 && options.error) throw dockerfileError(file, findings)
  for (const { line, message } of findings) {
    log.warning(`${file}:${line}: ${message}`, { title: 'Polyarch: build check', ...annotationAt(file, line) })
  }
}
