import { givenArguments } from '../dockerfile/expand/arguments.ts'
import { lint } from '../dockerfile/lint/lint.ts'
import { describeTarget } from '../dockerfile/outline/describe-target.ts'
import { listTargets } from '../dockerfile/outline/list-targets.ts'
import { ActionError } from '../errors/action-error.ts'
import { hostPlatform } from '../host/platform.ts'
import type { Run } from '../run-context.ts'
import type { AnswerDocument, Question } from './answer.ts'
import { readCheckOptions } from './read-check-options.ts'
import { stagesWithShell } from './stages-with-shell.ts'

/**
 * Answers a question about the Dockerfile in BuildKit's format without a builder, for engines that cannot answer it. A RUN is accepted,
 * because nothing is built.
 *
 * @throws ActionError if the Dockerfile is invalid, or a base image that the build checks need is not found
 */
export async function askHere({ plan, host, source }: Run, question: Question): Promise<AnswerDocument> {
  const { build } = plan
  const [given, reading] = await Promise.all([source.dockerfile(), source.reading()])
  // Like BuildKit, only for the first platform.
  const first = reading?.platforms[0]
  if (given === undefined || reading === undefined || first === undefined) {
    throw new ActionError('internal', 'Nobody has read the Dockerfile')
  }
  const { dockerfile } = reading
  const buildArguments = givenArguments(build.buildArgs, host.env)
  switch (question) {
    case 'targets':
      return { targets: listTargets(dockerfile, given.text) }
    case 'outline':
      return describeTarget(dockerfile, { ...first, text: given.text, buildArguments })
    case 'check': {
      const { target } = build
      const { stages, globals, platform: targetPlatform } = first
      // Without a target, all stages are checked.
      const looked = target === undefined ? stages.stages.map(({ index }) => index) : stages.needed
      const withShell = await stagesWithShell(first, looked, await source.own())
      const findings = lint(dockerfile, {
        text: given.text,
        options: readCheckOptions(dockerfile, buildArguments.get('BUILDKIT_DOCKERFILE_CHECK')),
        buildPlatform: hostPlatform(host),
        targetPlatform,
        buildArguments,
        ...(target === undefined ? {} : { target }),
        globals,
        stages,
        looked,
        withShell,
      })
      return {
        warnings: findings.map(({ rule, line, message }) => ({
          ruleName: rule,
          url: ruleUrl(rule),
          detail: message,
          location: { ranges: [{ start: { line }, end: { line } }] },
        })),
      }
    }
  }
}

/** https://docs.docker.com/reference/build-checks/ */
function ruleUrl(rule: string): string {
  const words = rule.replaceAll(/([a-z])([A-Z])/g, '$1-$2').replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
  return `https://docs.docker.com/go/dockerfile/rule/${words.toLowerCase()}/`
}
