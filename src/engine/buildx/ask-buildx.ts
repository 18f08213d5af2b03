import { member, parseJsonObject } from '../../bounds/json.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import { type AnswerDocument, findingsOf, type Question } from '../answer.ts'
import { dockerfileName } from '../buildkit/dockerfile-name.ts'
import { toBuildError } from '../buildkit/failure.ts'
import { createProgress } from '../buildkit/progress.ts'
import { retryBuild } from '../buildkit/retry-build.ts'
import type { CheckFinding } from '../built.ts'
import { warnOnceFailed } from '../warn-findings.ts'
import { questionArguments } from './args.ts'
import type { Buildx } from './buildx.ts'
import { remoteContext, runBuildx } from './call.ts'

/**
 * Asks the builder about the Dockerfile; a transient failure is retried.
 *
 * @throws ActionError `engine-too-old` for a buildx or a builder that does not support the question, otherwise errors
 * in the Dockerfile
 */
export async function askBuildx(buildx: Buildx, question: Question): Promise<AnswerDocument> {
  const { host } = buildx.run
  return await warnOnceFailed(host, (onFailed) =>
    retryBuild(() => askOnce(buildx, question, onFailed), buildx.retries, host),
  )
}

async function askOnce(
  buildx: Buildx,
  question: Question,
  onFailed: (findings: readonly CheckFinding[]) => void,
): Promise<AnswerDocument> {
  const {
    run: { host },
    builder,
    env,
  } = buildx
  const build = withNeededSecrets(buildx.build)
  const args = questionArguments(build, { builder, platforms: build.platforms, question })
  const progress = createProgress(host.log.detail)
  const { ok, status, stdout, stderr } = await host.log.group(`Call ${question}`, () =>
    runBuildx(buildx, args, { progress, env }),
  )
  const document = parseJsonObject(stdout)
  const file = dockerfileName(build)
  const findings = document === undefined ? [] : findingsOf({ question, file, document })
  // Findings are not a failure of the call, although buildx 0.16 and newer exit with 1 then.
  if (document !== undefined && (ok || (findings.length > 0 && !hasBuildError(document)))) return document
  const tooOld = whyTooOld(stderr, question)
  if (tooOld !== undefined) throw tooOld
  if (ok) {
    throw new ActionError('engine-failed', `Cannot read what buildx answers to --call=${question}: it is not JSON`, {
      hint: 'Update buildx (package docker-buildx-plugin).',
    })
  }
  onFailed(findings)
  throw toBuildError({
    status,
    messages: progress.messages(),
    failed: progress.failed(),
    dockerfile: file,
    platform: undefined,
    ...remoteContext(build),
  })
}

/** No step is executed, so only the secrets and SSH agents with which BuildKit fetches contexts are needed. */
function withNeededSecrets(build: BuildSpec): BuildSpec {
  const isRemote = !build.contextIsFolder || build.contexts.some(({ source }) => source.kind === 'git')
  return {
    ...build,
    secrets: build.secrets.filter(({ id }) => /^(?:GIT|HTTP)_AUTH_/.test(id)),
    ssh: isRemote ? build.ssh : [],
  }
}

/** Whether there are errors besides findings: with `# check=error=true` findings are an error too. */
function hasBuildError(document: AnswerDocument): boolean {
  const message = member(document['buildError'], 'message')
  return typeof message === 'string' && !message.startsWith('lint violation found')
}

/**
 * `--call` requires buildx 0.15; checks require BuildKit 0.15 and Dockerfile frontend 1.8, which buildx selects for an
 * older builder.
 */
function whyTooOld(stderr: string, question: Question): ActionError | undefined {
  const error = (what: string, hint: string) =>
    new ActionError('engine-too-old', `Cannot call ${question}: ${what}`, {
      hint: `${hint}, or set \`engine: embedded\`, which needs no builder.`,
    })
  if (/unknown flag: --call/.test(stderr)) {
    return error('this buildx has no --call', 'Update buildx to 0.15 or newer')
  }
  if (/unsupported request frontend\.|unsupported frontend capability|does not support subrequests/.test(stderr)) {
    return error(
      'the builder does not know it, and buildx cannot make it use a newer Dockerfile frontend',
      'Update Docker to 27 (BuildKit 0.15) or newer, let the builder pull docker.io/docker/dockerfile',
    )
  }
  return undefined
}
