import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson } from '../../bounds/json.ts'
import { sourceKind } from '../../dockerfile/instructions/source-kind.ts'
import { ActionError } from '../../errors/action-error.ts'
import { builderAnswers, describeOffer } from '../../facts/builder.ts'
import type { SilentNode } from '../../facts/probe-nodes.ts'
import { withheldVariables } from '../../host/exec/child-environment.ts'
import type { ExecResult, Host } from '../../host/host.ts'
import { within } from '../../host/within.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import { explainMissing } from '../../source/missing-source.ts'
import { dockerfileName } from '../buildkit/dockerfile-name.ts'
import { type RemoteContext, toBuildError } from '../buildkit/failure.ts'
import { goneHow } from '../buildkit/gone.ts'
import { createProgress, type Progress } from '../buildkit/progress.ts'
import { retryBuild } from '../buildkit/retry-build.ts'
import { generatorOf } from '../buildkit/sbom-generator.ts'
import { sparingBadCache } from '../buildkit/sparing-bad-cache.ts'
import { toActivity } from '../buildkit/to-activity.ts'
import type { CheckFinding, Step } from '../built.ts'
import { isEmulated } from '../is-emulated.ts'
import { tellContext } from '../large-context.ts'
import { withoutValues } from '../shown-arguments.ts'
import { warnOnceFailed } from '../warn-findings.ts'
import { buildArguments, type CallOutput } from './args.ts'
import type { Buildx } from './buildx.ts'
import { isClientLog } from './client-log.ts'
import { watchCluster } from './kubernetes/watch-cluster.ts'
import { settle } from './settle.ts'
import { watch } from './watch.ts'
import { watchedNodes, watchNodes } from './watch-nodes.ts'

/** What one call builds, and where its result goes. */
export type CallTarget = {
  readonly platforms: readonly Platform[]
  readonly outputs: readonly CallOutput[]
  /** Whether its progress is hidden, because it repeats steps that were shown. */
  readonly quiet?: true
  /** Receives the lines of its progress in place of the log. */
  readonly onLine?: (line: string) => void
}

export type CallResult = {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly imageId: string | undefined
  readonly steps: readonly Step[]
  readonly findings: readonly CheckFinding[]
  /** A hint about a large build context. */
  readonly contextAdvice?: string
  /** The error of a cache export whose errors are ignored. */
  readonly cacheErrors: readonly string[]
}

/**
 * Runs `docker-buildx build`, retries a transient failure, and streams its progress to the log.
 *
 * @throws ActionError with the cause of a failed build
 */
export async function callBuildx(buildx: Buildx, target: CallTarget): Promise<CallResult> {
  const { host } = buildx.run
  return await warnOnceFailed(host, (onFailed) => {
    const call = (build: BuildSpec) => callOnce({ ...buildx, build }, { ...target, onFailed })
    return retryBuild(sparingLostNodes(sparingBadCache(call, buildx.build, host), buildx), buildx.retries, host)
  })
}

/**
 * Returns the build of a builder with several nodes that removes those that went away, so that the next attempt uses the
 * others. If no other node can build a platform, the error names the node, which the next attempt waits for.
 */
function sparingLostNodes<T>(call: () => Promise<T>, buildx: Buildx): () => Promise<T> {
  if (!buildx.spec.severalNodes) return call
  const { host } = buildx.run
  return async () => {
    buildx.nodes.silent = []
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof ActionError) || host.signal.aborted || goneHow(error.message) === undefined) throw error
      const lost = await settle(buildx, buildx.nodes.silent).then(
        () => undefined,
        (problem: unknown) => problem,
      )
      if (!(lost instanceof ActionError)) throw error
      const { code, platform } = lost
      const message = `${error.message}. ${lost.message}`
      throw error.with({ message, platform, ...(code === 'platform-unsupported' ? { code } : {}) })
    }
  }
}

type OneCall = CallTarget & { readonly onFailed?: (findings: readonly CheckFinding[]) => void }

/**
 * Runs `docker-buildx build` without retries.
 *
 * @throws ActionError with the cause of a failed build
 */
export async function callOnce(buildx: Buildx, target: OneCall): Promise<CallResult> {
  const {
    run: { plan, host },
    spec,
    build,
    builder,
    env,
  } = buildx
  const { natives } = plan.engine.traits
  const folder = mkdtempSync(join(host.tempDir, 'call-'))
  const call = {
    ...target,
    builder,
    addHosts: spec.addHosts,
    metadataFile: join(folder, 'metadata.json'),
    imageIdFile: join(folder, 'image-id'),
  }

  const run = async (progressMode: 'rawjson' | 'plain', asked = specFor(buildx, target.outputs)) => {
    const progress = createProgress(target.onLine ?? (target.quiet ? () => undefined : host.log.detail))
    const args = buildArguments(asked, { ...call, progress: progressMode })
    const own = { ...cacheService(build, host.env), ...env, ...provenanceVariables(build, host.env) }
    const stopWatch = host.log.watch(() => progress.running().map((step) => toActivity(step, target.platforms)))
    const result = await runBuildx(buildx, args, { progress, env: own }).finally(stopWatch)
    return { progress, result }
  }

  const platforms = target.platforms.map(formatPlatform).join(', ')
  const grouped = <T>(work: () => Promise<T>) => (target.quiet ? work() : host.log.group(`Build ${platforms}`, work))
  const { progress, result } = await grouped(async () => {
    const first = await run('rawjson')
    if (first.result.ok) return first
    // buildx before 0.12, which does not support rawjson either: the user did not set the default annotations.
    if (/unknown flag: --annotation/.test(first.result.stderr) && defaultsAlone(build)) {
      return run('plain', { ...build, annotations: {} })
    }
    return /invalid progress mode/.test(first.result.stderr) ? run('plain') : first
  })
  const findings = progress.findings().map(({ message, line }) => ({
    message,
    place: line === undefined ? undefined : { file: dockerfileName(build), line },
  }))
  if (!result.ok) {
    target.onFailed?.(findings)
    const error = toBuildError({
      status: result.status,
      messages: progress.messages(),
      failed: progress.failed(),
      dockerfile: dockerfileName(build),
      platform: target.platforms.length === 1 ? platforms : undefined,
      isEmulated: (platform) => isEmulated(platform, natives),
      explainMissing: (path) => whyMissing(path, build),
      ...remoteContext(build),
      ...sbomGenerator(build),
    })
    if (error.code !== 'platform-unsupported') throw error
    throw error.with({ hint: await describeOffer(host, { buildx: spec.program, builder, env }) })
  }
  const what = 'Build context sent to the builder'
  const context = target.quiet ? {} : tellContext(host, progress.sent(), { what, spec: build })
  const imageId = readIfThere(call.imageIdFile)
  return {
    metadata: parseJson(readIfThere(call.metadataFile) ?? '{}') as Record<string, unknown>,
    imageId,
    steps: progress.steps(),
    findings,
    ...context,
    cacheErrors: progress
      .failures()
      .flatMap(({ name, error }) => (/^exporting (?:cache|to GitHub)/.test(name) ? [error] : [])),
  }
}

/**
 * Runs and monitors a call of buildx; its lines are passed to `progress`. Its environment contains the variables that
 * build arguments name.
 */
export function runBuildx(
  { run: { host }, spec, build, builder, env, clusters = [], nodes }: Buildx,
  args: readonly string[],
  call: { readonly progress: Progress; readonly env: Readonly<Record<string, string>> },
): Promise<ExecResult> {
  host.log.debug(`docker-buildx ${withoutValues(args).join(' ')}`)
  const named = withheldVariables(
    Object.keys(build.buildArgs).filter((name) => build.buildArgs[name] === null),
    host.env,
  )
  const answers = () => builderAnswers(host, { buildx: spec.program, builder, env })
  const { progress } = call
  const stored = { program: spec.program, builder, env }
  const watchedOnes = watchedNodes(stored, build.platforms.map(formatPlatform), nodes.assignments)
  return watchCluster(clusters, host, (away) => {
    const connected = within(host, away)
    const onSilent = (node: SilentNode): void => {
      nodes.silent = [...(nodes.silent ?? []), node]
    }
    return watchNodes(watchedOnes, { activity: progress.activity, onSilent }, connected, (silent) => {
      const watched = within(connected, silent)
      return watch({ progress, answers }, watched, (onLine, signal) => {
        const onStderrLine = (line: string) => (isClientLog(line) ? host.log.debug(line) : onLine(line))
        return watched.exec(spec.program, args, { env: { ...named, ...call.env }, onStderrLine, signal })
      })
    })
  })
}

/**
 * Variables without which buildx would do work for a provenance that nobody requested. By default, it computes one for the metadata file,
 * and starts Git several times for the revision. https://docs.docker.com/build/building/variables/
 */
function provenanceVariables(
  { provenance }: Pick<BuildSpec, 'provenance'>,
  env: Host['env'],
): Readonly<Record<string, string>> {
  const needsRevision = provenance !== undefined || env['BUILDX_GIT_INFO'] !== undefined
  return { BUILDX_METADATA_PROVENANCE: 'disabled', ...(needsRevision ? {} : { BUILDX_GIT_INFO: 'false' }) }
}

/**
 * Returns the token of the runner's cache service for a build that uses the service: buildx forwards it to the builder,
 * and no other process gets it.
 */
function cacheService({ cacheFrom, cacheTo }: BuildSpec, env: Host['env']): Readonly<Record<string, string>> {
  const isUsed = [...cacheFrom, ...cacheTo].some(({ type }) => type === 'gha')
  return isUsed ? withheldVariables(['ACTIONS_RUNTIME_TOKEN'], env) : {}
}

/**
 * The classic image store does not store annotations, and rejects index annotations after the build; the cache holds no
 * image.
 */
function specFor({ build, spec }: Buildx, outputs: readonly CallOutput[]): BuildSpec {
  const holdsNone = outputs.every(({ kind }) =>
    kind === 'store' ? spec.server?.store === 'classic' : kind === 'cache' && defaultsAlone(build),
  )
  return holdsNone ? { ...build, annotations: {} } : build
}

function defaultsAlone({ givenAnnotations }: BuildSpec): boolean {
  return Object.keys(givenAnnotations).length === 0
}

export function remoteContext({ contextIsFolder, context, file }: BuildSpec): { readonly remote?: RemoteContext } {
  if (contextIsFolder) return {}
  const isGit = context.startsWith('github.com/') || sourceKind(context) === 'git'
  return { remote: { kind: isGit ? 'git' : 'archive', url: context, file: file ?? 'Dockerfile' } }
}

function sbomGenerator({ sbom }: BuildSpec): { readonly sbomGenerator?: string } {
  return sbom === undefined ? {} : { sbomGenerator: generatorOf(sbom) }
}

function whyMissing(path: string, build: BuildSpec): string | undefined {
  return build.contextIsFolder ? explainMissing(path, build.context, dockerfileName(build)) : undefined
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
