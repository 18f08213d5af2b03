import { unusedBuildArguments, type Values } from '../../dockerfile/arguments.ts'
import { isDockersFrontend } from '../../dockerfile/frontend.ts'
import { lint, readCheckOptions } from '../../dockerfile/lint.ts'
import type { Dockerfile } from '../../dockerfile/parse.ts'
import { dockerfileError } from '../../dockerfile/problem.ts'
import type { Log } from '../../host/host.ts'

/**
 * Logs what BuildKit would warn of: a frontend that is not asked, build arguments that nothing takes, build checks.
 *
 * @throws ActionError `dockerfile-invalid` for findings of the checks where the Dockerfile says `# check=error=true`
 */
export function giveAdvice(dockerfile: Dockerfile, buildArguments: Values, log: Log): void {
  const { file, directives } = dockerfile
  if (directives.syntax !== undefined && !isDockersFrontend(directives.syntax)) {
    log.warning(
      `${file} asks for the frontend ${directives.syntax}, which the embedded engine does not run: it reads the file as a Dockerfile`,
    )
  }
  const unused = unusedBuildArguments(dockerfile, buildArguments)
  if (unused.length > 0) log.warning(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed`)
  const findings = lint(dockerfile).map(({ rule, line, message }) => ({ line, message: `${rule}: ${message}` }))
  if (findings.length > 0 && readCheckOptions(directives.check ?? '').error) throw dockerfileError(file, findings)
  for (const { line, message } of findings) log.warning(`${file}:${line}: ${message}`)
}
