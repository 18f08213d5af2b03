import { type CheckOptions, parseCheckOptions } from '../dockerfile/lint/check-options.ts'
import { dockerfileError } from '../dockerfile/problem.ts'
import type { Dockerfile } from '../dockerfile/read/parse.ts'
import { ActionError } from '../errors/action-error.ts'

/**
 * Returns the options of the build checks: the build argument replaces the whole directive.
 *
 * @throws ActionError `dockerfile-invalid`, `input-invalid` if the options are invalid
 */
export function readCheckOptions({ file, directives }: Dockerfile, given: string | undefined): CheckOptions {
  try {
    return parseCheckOptions(given ?? directives.check ?? '')
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    if (given === undefined) throw dockerfileError(file, [{ line: 1, message: `in "# check=": ${thrown.message}` }])
    throw new ActionError(
      'input-invalid',
      `Cannot read the build argument BUILDKIT_DOCKERFILE_CHECK: ${thrown.message}`,
      {
        hint: 'It is written as the directive `# check=` is: skip=RuleName,OtherRule;error=true.',
      },
    )
  }
}
