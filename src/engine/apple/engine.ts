import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { recordTask } from '../../cleanup/cleanup.ts'
import { sessionName } from '../../cleanup/session-name.ts'
import { applePrefix } from '../../cleanup/task.ts'
import { appleMessage } from '../../containers/apple/apple-message.ts'
import type { AppleContainer } from '../../containers/apple/plan-apple-containers.ts'
import { givenArguments } from '../../dockerfile/expand/arguments.ts'
import { ActionError } from '../../errors/action-error.ts'
import { walkImage } from '../../oci/image-tree.ts'
import { layoutStore, readBlob, readLayout } from '../../oci/layout.ts'
import { type ImageParts, makeImage } from '../../oci/make-image.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'
import { openImageArchive } from '../../source/archive/image-archive.ts'
import { explainMissing } from '../../source/missing-source.ts'
import type { AnswerDocument, Question } from '../answer.ts'
import { dockerfileName } from '../buildkit/dockerfile-name.ts'
import { toBuildError } from '../buildkit/failure.ts'
import { partOfBuild } from '../buildkit/part-of-build.ts'
import { retryBuild } from '../buildkit/retry-build.ts'
import { withSecretFiles } from '../buildkit/secret-files.ts'
import { withSentDockerfile } from '../buildkit/sent-dockerfile.ts'
import { toActivity } from '../buildkit/to-activity.ts'
import type { Built, BuiltImage, Step } from '../built.ts'
import type { Build } from '../engine.ts'
import { isEmulated } from '../is-emulated.ts'
import { withoutValues } from '../shown-arguments.ts'
import { withImageArchive } from '../with-image-archive.ts'
import { appleArguments } from './args.ts'
import { createPlainProgress } from './progress.ts'
import { runApple } from './run-apple.ts'
import { startServices } from './services.ts'

/** Milliseconds to write or read an image. */
const imageTimeout = 30 * 60_000
/** Bytes. https://github.com/apple/container/issues/735 */
const longestDockerfile = 16 * 1024

/** A build with its inputs in files. */
type AppleWork = { readonly program: string; readonly run: Run; readonly spec: BuildSpec }
type Part = { readonly image: ImageParts; readonly name: string; readonly steps: readonly Step[] }

/** Returns the check of the Dockerfile's size, which `container build` limits. */
export function checks(_: AppleContainer, { source }: Run): readonly Promise<void>[] {
  return [
    (async () => {
      // An unreadable Dockerfile is reported by preflight.
      const dockerfile = await source.dockerfile().catch(() => undefined)
      const size = dockerfile?.path === undefined ? Buffer.byteLength(dockerfile?.text ?? '') : sizeOf(dockerfile.path)
      if (size < longestDockerfile) return
      throw new ActionError(
        'feature-missing',
        `Cannot build ${dockerfile?.file}: it has ${size} bytes, and Apple container accepts less than ${longestDockerfile}`,
        { hint: 'Move commands of RUN to scripts in the context, or use the engine buildx.' },
      )
    })(),
  ]
}

/**
 * Builds one platform after another, exports each image from the store of Apple's `container`, and joins them.
 *
 * @throws ActionError with the cause of a failed build
 */
export async function prepare({ path: program }: AppleContainer, run: Run): Promise<Build> {
  await startServices(program, run.host)
  const spec = await specOf(run)
  return async (part) => build({ program, run: part, spec: await partOfBuild({ run, build: spec }, part, specOf) })
}

async function specOf(run: Run): Promise<BuildSpec> {
  return withSecretFiles(await withSentDockerfile(run), run.host)
}

async function build(work: AppleWork): Promise<Built> {
  const { program, run, spec } = work
  const { plan, host } = run
  const dir = mkdtempSync(join(host.tempDir, 'layout-'))
  const parts: Part[] = []
  for (const platform of spec.platforms) parts.push(await buildPart(work, platform, dir))
  const tree = makeImage(
    parts.map(({ image }) => image),
    spec.annotations,
  )
  const { root } = tree
  const content: BuiltImage = { tree, blobs: layoutStore(dir) }
  const names = new Map(parts.map(({ image, name }) => [formatPlatform(image.platform), name]))
  return {
    content,
    metadata: { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
    imageId: undefined,
    steps: parts.flatMap(({ steps }) => steps),
    nameInStore: async (platform) => names.get(formatPlatform(platform)),
    ...(plan.load ? { load: () => loadImage(content, program, run) } : {}),
  }
}

/**
 * Answers a question about the Dockerfile, for which `container build` has no option.
 *
 * @throws ActionError like `askHere`
 */
export async function ask(_: AppleContainer, run: Run, question: Question): Promise<AnswerDocument> {
  return (await import('../ask-here.ts')).askHere(run, question)
}

async function buildPart({ program, run, spec }: AppleWork, platform: Platform, dir: string): Promise<Part> {
  const { host, access } = run
  const text = formatPlatform(platform)
  const name = `${applePrefix}${sessionName(host.tempDir)}:${text.replaceAll('/', '-')}`
  recordTask(host.tempDir, { kind: 'apple-image', name, program })
  const retries = { ...access.retries, ownNetwork: true, answeredBefore: true }
  const work = () => callBuild({ program, run, spec }, platform, name)
  const steps = await host.log.group(`Build ${text}`, () => retryBuild(work, retries, host))
  return { name, steps, image: await takeOut({ program, run, spec }, platform, { name, dir }) }
}

async function callBuild(
  { program, run, spec }: AppleWork,
  platform: Platform,
  name: string,
): Promise<readonly Step[]> {
  const { host, plan } = run
  const text = formatPlatform(platform)
  const dockerfile = spec.sentFile ?? spec.file
  const args = appleArguments(spec, {
    platform,
    name,
    dockerfile: dockerfile === undefined ? undefined : resolve(dockerfile),
    buildArguments: givenArguments(spec.buildArgs, host.env),
  })
  const progress = createPlainProgress(host.log.detail, { platform: text, clock: host.clock })
  host.log.debug(`container ${withoutValues(args).join(' ')}`)
  const stopWatch = host.log.watch(() => progress.running().map((step) => toActivity(step, [platform])))
  const result = await host
    .exec(program, args, { onStdoutLine: progress.line, onStderrLine: progress.line })
    .finally(stopWatch)
  if (result.ok) return progress.steps()
  const failed = progress.failed()
  const named = dockerfileName(spec)
  throw toBuildError({
    status: result.status,
    // Above the error it prints the lines of the Dockerfile, like buildx.
    messages: [...progress.messages(), `ERROR: failed to solve: ${failed?.error || appleMessage(result)}`],
    failed,
    dockerfile: named,
    platform: text,
    isEmulated: (one) => isEmulated(one, plan.engine.traits.natives),
    explainMissing: (path) => explainMissing(path, spec.context, named),
  })
}

/** Copies the image from the engine's store to the OCI layout `dir`. */
async function takeOut(
  { program, run: { host } }: AppleWork,
  platform: Platform,
  { name, dir }: { readonly name: string; readonly dir: string },
): Promise<ImageParts> {
  const text = formatPlatform(platform)
  const path = join(host.tempDir, `saved-${text.replaceAll('/', '-')}.tar`)
  const args = ['image', 'save', '--platform', text, '--output', path, name]
  await runApple(program, args, host, { what: `save the image for ${text}`, timeout: imageTimeout })
  const archive = await openImageArchive({ kind: 'archive', form: 'oci', path, image: undefined }, { dir, host })
  await archive.check(platform)
  await archive.unpack()
  rmSync(path)
  const { images } = await walkImage(await readLayout(dir), (descriptor) => readBlob(dir, descriptor))
  const image =
    images.find((one) => formatPlatform(one.platform) === text) ?? (images.length === 1 ? images[0] : undefined)
  if (image !== undefined) return { platform, config: image.config, layers: image.layers }
  throw new ActionError('content-mismatch', `Cannot read the image for ${text}: Apple container saved another platform`)
}

/** Loads exactly the verified image, so that it has the published digest. */
async function loadImage(content: BuiltImage, program: string, run: Run): Promise<string> {
  await withImageArchive(content, run, (path) =>
    runApple(program, ['image', 'load', '--input', path], run.host, { what: 'load the image', timeout: imageTimeout }),
  )
  return content.tree.root.digest
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
