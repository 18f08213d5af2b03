import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { dropTask, recordTask } from '../../cleanup/cleanup.ts'
import { podmanMark } from '../../cleanup/podman-runs.ts'
import { podmanPrefix } from '../../cleanup/task.ts'
import type { Place } from '../../errors/action-error.ts'
import { withheldVariables } from '../../host/exec/child-environment.ts'
import { ownAddress } from '../../host/own-address.ts'
import { formatPlatform, platformEquals } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import { retryWork } from '../../retry/retry-work.ts'
import type { SourceOfBuild } from '../../source/bases.ts'
import { explainMissing } from '../../source/missing-source.ts'
import { findNamedFile } from '../../tree/named-file.ts'
import { tableText } from '../buildkit/retry-table.ts'
import { toActivity } from '../buildkit/to-activity.ts'
import type { Step } from '../built.ts'
import { isEmulated } from '../is-emulated.ts'
import { withoutValues } from '../shown-arguments.ts'
import { podmanArguments } from './args.ts'
import { toPodmanError } from './failure.ts'
import { createPodmanProgress, type PodmanStep } from './progress.ts'
import { podmanTable } from './retry-table.ts'
import { watchPodman } from './watch-podman.ts'
import type { PodmanWork } from './work.ts'

/** One build of one platform. */
export type OneBuild = {
  /** The name of the image in Podman's store. */
  readonly name: string
  readonly platform: Platform
  readonly checked: SourceOfBuild
  /** Whether other platforms are built at the same time: lines name the platform. */
  readonly isOneOfSeveral?: boolean
  /** Whether it repeats a build: its progress is hidden, and it uses the base images of that build. */
  readonly isRepeated?: true
}

/** Returns the name of the image for one platform in Podman's store. */
export function imageName({ session }: PodmanWork, platform: Platform): string {
  return `${podmanPrefix}${session}:${formatPlatform(platform).replaceAll('/', '-')}`
}

/**
 * Builds one platform, and repeats the build if its failure is transient: the store keeps the steps that were completed.
 *
 * @throws ActionError with the cause of the failure of the last attempt
 */
export async function buildImage(work: PodmanWork, one: OneBuild): Promise<readonly Step[]> {
  const { policy, onRetry, ...context } = work.retries
  const { log, clock, signal } = work.run.host
  return retryWork(
    { work: () => buildOnce(work, one), table: podmanTable, context, textOf: tableText },
    { policy, onRetry, log, clock, signal },
  )
}

async function buildOnce(
  work: PodmanWork,
  { name, platform, checked, isOneOfSeveral, isRepeated }: OneBuild,
): Promise<readonly Step[]> {
  const { run, spec, build, env, session } = work
  const { host, plan } = run
  const { program } = spec
  const text = formatPlatform(platform)
  const dockerfile = dockerfileOf(build)
  const stages = checked.reading?.dockerfile.stages
  const print = (line: string): void => {
    if (!isRepeated) host.log.detail(isOneOfSeveral ? `${text}: ${line}` : line)
  }
  const progress = createPodmanProgress(print, {
    platform: text,
    clock: host.clock,
    stageName: (stage, count) => (count === 1 ? undefined : (stages?.[stage - 1]?.name ?? `stage-${stage - 1}`)),
  })
  const args = podmanArguments(build, {
    ...{ program, platform, name, dockerfile, isRepeated },
    ignoreFile: await ignoreFileOf(build, dockerfile),
    mark: { id: session, path: podmanMark(host.tempDir) },
    gateway: build.network === 'host' ? '127.0.0.1' : ownAddress(),
  })
  const named = withheldVariables(
    Object.keys(build.buildArgs).filter((key) => build.buildArgs[key] === null),
    host.env,
  )
  host.log.debug(`${program.path} ${withoutValues(args).join(' ')}`)
  const task = {
    kind: 'podman-build',
    program: program.path,
    name: `${session}-${randomBytes(4).toString('hex')}`,
  } as const
  recordTask(host.tempDir, task)
  const call = async () => {
    const stop = host.log.watch(() => progress.running().map((step) => toActivity(step, build.platforms)))
    return watchPodman(progress, work, ({ out, err }, signal) => {
      const options = { env: { ...named, ...env }, onStdoutLine: out, onStderrLine: err, signal }
      return host.exec(program.path, args, options)
    }).finally(stop)
  }
  const result = await call()
  // Unless a signal ended it, Podman has removed its containers.
  if (result.status < 126) dropTask(host.tempDir, task)
  if (result.ok) return progress.steps()
  const step = progress.last()
  throw toPodmanError({
    ...{ program: program.name, status: result.status, platform: text, step },
    isEmulated: isEmulated(text, plan.engine.traits.natives),
    error: progress.error(),
    place: step && placeOf(step, { platform, checked }),
    explainMissing: (path) => (build.contextIsFolder ? explainMissing(path, build.context, dockerfile) : undefined),
  })
}

/** Where a step stands: Podman counts all stages, and FROM as the first step of each. */
function placeOf(step: PodmanStep, { platform, checked }: Omit<OneBuild, 'name'>): Place | undefined {
  const { reading } = checked
  const stage = reading?.platforms.find((one) => platformEquals(one.platform, platform))?.stages.stages[step.stage - 1]
  if (reading === undefined || stage === undefined) return undefined
  const { file } = reading.dockerfile
  const keyword = step.text.split(/\s/, 1)[0]?.toLowerCase()
  if (step.number === 1) return { file, line: stage.line }
  const instruction = stage.instructions[step.number - 2]
  return instruction !== undefined && instruction.kind === keyword ? { file, line: instruction.line } : undefined
}

/** As BuildKit finds it; Podman alone would prefer a Containerfile. */
function dockerfileOf({ sentFile, file, context, contextIsFolder }: BuildSpec): string {
  const given = sentFile ?? file
  if (given !== undefined) return /^https?:\/\//.test(given) || !contextIsFolder ? given : resolve(given)
  return contextIsFolder ? resolve(context, 'Dockerfile') : 'Dockerfile'
}

/** As BuildKit finds it; Podman alone would prefer .containerignore. */
async function ignoreFileOf({ context, contextIsFolder }: BuildSpec, dockerfile: string): Promise<string | undefined> {
  if (!contextIsFolder) return undefined
  const own = await findNamedFile(`${dockerfile}.dockerignore`).catch(() => undefined)
  return own ?? (await findNamedFile(resolve(context, '.dockerignore')).catch(() => undefined))
}
