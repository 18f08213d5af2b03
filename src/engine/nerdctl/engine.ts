import { mkdtempSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ActionError } from '../../errors/action-error.ts'
import type { Nerdctl } from '../../facts/facts.ts'
import { withheldVariables } from '../../host/exec/child-environment.ts'
import { walkImage } from '../../oci/image-tree.ts'
import { layoutStore, readBlob, readLayout } from '../../oci/layout.ts'
import { makeImage } from '../../oci/make-image.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'
import type { SourceOfBuild } from '../../source/bases.ts'
import { explainMissing } from '../../source/missing-source.ts'
import { logrusMessage } from '../../text/logrus-message.ts'
import type { AnswerDocument, Question } from '../answer.ts'
import { withCacheMode } from '../buildkit/cache-mode.ts'
import { dockerfileName } from '../buildkit/dockerfile-name.ts'
import { toBuildError } from '../buildkit/failure.ts'
import { partOfBuild } from '../buildkit/part-of-build.ts'
import { createProgress, type Progress } from '../buildkit/progress.ts'
import { retryBuild } from '../buildkit/retry-build.ts'
import { withSecretFiles } from '../buildkit/secret-files.ts'
import { withSentDockerfile } from '../buildkit/sent-dockerfile.ts'
import { sparingBadCache } from '../buildkit/sparing-bad-cache.ts'
import { toActivity } from '../buildkit/to-activity.ts'
import type { Built, BuiltImage } from '../built.ts'
import type { Build } from '../engine.ts'
import { isEmulated } from '../is-emulated.ts'
import { tellContext } from '../large-context.ts'
import { withoutValues } from '../shown-arguments.ts'
import { withImageArchive } from '../with-image-archive.ts'
import { nerdctlArguments } from './args.ts'

/** Milliseconds to load an image. */
const loadTimeout = 30 * 60_000

/** A build with its inputs in files. */
type Work = { readonly nerdctl: Nerdctl; readonly run: Run; readonly build: BuildSpec }

/**
 * Answers a question about the Dockerfile, for which `nerdctl build` has no option.
 *
 * @throws ActionError like `askHere`
 */
export async function ask(_: Nerdctl, run: Run, question: Question): Promise<AnswerDocument> {
  return (await import('../ask-here.ts')).askHere(run, question)
}

/**
 * Builds all platforms with one call of `nerdctl build` into an OCI layout, and creates manifests with the
 * annotations, for which nerdctl has no option.
 *
 * @throws ActionError with the cause of a failed build
 */
export async function prepare(nerdctl: Nerdctl, run: Run): Promise<Build> {
  const work = { nerdctl, run, build: await specOf(run) }
  return async (part, checked) => build({ nerdctl, run: part, build: await partOfBuild(work, part, specOf) }, checked)
}

/** Returns the build spec whose inputs are in files. */
async function specOf(run: Run): Promise<BuildSpec> {
  return withSecretFiles(await withSentDockerfile(run), run.host)
}

async function build({ nerdctl, run, build: sent }: Work, { reading }: SourceOfBuild): Promise<Built> {
  const { host, access, plan } = run
  const spec = { ...sent, cacheTo: sent.cacheTo.map((target) => withCacheMode(target, reading)) }
  const retries = { ...access.retries, ownNetwork: false, answeredBefore: true }
  const call = (one: BuildSpec) => buildOnce({ nerdctl, run, build: one })
  const { dir, progress, contextAdvice } = await retryBuild(sparingBadCache(call, spec, host), retries, host)
  const { images } = await walkImage(await readLayout(dir), (descriptor) => readBlob(dir, descriptor))
  const tree = makeImage(images, spec.annotations)
  const content: BuiltImage = { tree, blobs: layoutStore(dir) }
  return {
    content,
    metadata: { 'containerimage.descriptor': tree.root, 'containerimage.digest': tree.root.digest },
    imageId: undefined,
    steps: progress.steps(),
    findings: progress.findings().map(({ message, line }) => ({
      message,
      place: line === undefined ? undefined : { file: dockerfileName(spec), line },
    })),
    ...(contextAdvice === undefined ? {} : { contextAdvice }),
    ...(plan.load ? { load: () => loadImage(nerdctl, content, run), store: 'containerd' } : {}),
  }
}

type Result = { readonly dir: string; readonly progress: Progress; readonly contextAdvice?: string }

async function buildOnce(work: Work): Promise<Result> {
  const { run, build } = work
  const { host, plan } = run
  // Of this attempt: BuildKit adds to a layout.
  const dir = mkdtempSync(join(host.tempDir, 'layout-'))
  const platforms = build.platforms.map(formatPlatform).join(', ')
  const { result, progress } = await host.log.group(`Build ${platforms}`, async () => {
    const first = await callNerdctl(work, dir, 'rawjson')
    return /invalid progress mode/.test(first.result.stderr) ? await callNerdctl(work, dir, 'plain') : first
  })
  for (const { name, error } of progress.failures()) {
    if (name.startsWith('exporting cache')) host.log.warning(`Cannot write the build cache: ${error}`)
  }
  if (result.ok) {
    const what = 'Build context sent to the builder'
    return { dir, progress, ...tellContext(host, progress.sent(), { what, spec: build }) }
  }
  throw toBuildError({
    status: result.status,
    messages: progress.messages(),
    failed: progress.failed(),
    dockerfile: dockerfileName(build),
    platform: build.platforms.length === 1 ? platforms : undefined,
    isEmulated: (platform) => isEmulated(platform, plan.engine.traits.natives),
    explainMissing: (path) => explainMissing(path, build.context, dockerfileName(build)),
  })
}

async function callNerdctl({ nerdctl, run, build }: Work, dir: string, mode: 'rawjson' | 'plain') {
  const { host, access, source } = run
  const progress = createProgress(host.log.detail)
  // An unreadable Dockerfile is reported by BuildKit, with its name.
  const found = await source.dockerfile().catch(() => undefined)
  const args = nerdctlArguments(build, {
    buildkit: nerdctl.buildkit,
    dockerfile: resolve(build.sentFile ?? found?.path ?? build.file ?? join(build.context, 'Dockerfile')),
    dir,
    progress: mode,
  })
  host.log.debug(`nerdctl ${withoutValues(args).join(' ')}`)
  const named = withheldVariables(
    Object.keys(build.buildArgs).filter((name) => build.buildArgs[name] === null),
    host.env,
  )
  const stopWatch = host.log.watch(() => progress.running().map((step) => toActivity(step, build.platforms)))
  const result = await host
    .exec(nerdctl.path, args, {
      env: { ...named, ...access.env },
      onStderrLine: (line) => progress.line(asOfBuildx(line)),
    })
    .finally(stopWatch)
  return { result, progress }
}

/** Returns the errors of buildctl and nerdctl as buildx begins its own; every other line unchanged. */
function asOfBuildx(line: string): string {
  if (line.startsWith('error: ')) return `ERROR: ${line.slice('error: '.length)}`
  const message = logrusMessage(line, 'fatal')
  return message === undefined ? line : `ERROR: ${message}`
}

/** Loads exactly the verified image, so that it has the published digest. */
async function loadImage({ path: program }: Nerdctl, content: BuiltImage, run: Run): Promise<string> {
  const { host, access } = run
  const { ok, stderr } = await withImageArchive(content, run, (path) =>
    host.exec(program, ['load', '--quiet', '--all-platforms', '--input', path], {
      env: access.env,
      timeout: loadTimeout,
    }),
  )
  if (ok) return content.tree.root.digest
  throw new ActionError('engine-failed', `Cannot load the image into containerd: ${stderr.trim()}`)
}
