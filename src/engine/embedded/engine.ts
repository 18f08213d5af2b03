import { mkdtempSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createPause } from '../../bounds/pause.ts'
import { givenArguments } from '../../dockerfile/expand/arguments.ts'
import { ActionError } from '../../errors/action-error.ts'
import { hostPlatform } from '../../host/platform.ts'
import { within } from '../../host/within.ts'
import type { Config } from '../../oci/config.ts'
import { layoutStore, writeBlob } from '../../oci/layout.ts'
import { type ImageParts, makeImage } from '../../oci/make-image.ts'
import { mediaType } from '../../oci/media-type.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { type BlobReader, byDigest, firstOf } from '../../oci/store.ts'
import type { Digest, Platform } from '../../oci/types.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'
import type { SourceOfBuild } from '../../source/bases.ts'
import { readEpoch } from '../../source/epoch.ts'
import type { PlatformStages } from '../../source/needed-stages.ts'
import { formatBytes } from '../../text/bytes.ts'
import type { AnswerDocument, Question } from '../answer.ts'
import { askHere } from '../ask-here.ts'
import type { Built, BuiltImage, Step } from '../built.ts'
import type { Build } from '../engine.ts'
import { tellContext } from '../large-context.ts'
import type { LayerSink } from '../layer-sink.ts'
import { stagesWithShell } from '../stages-with-shell.ts'
import { giveAdvice } from './advice.ts'
import { createBaseTrees } from './base-trees.ts'
import { encodeConfig, forPlatform } from './image-config.ts'
import { worthwhile } from './layer/reuse.ts'
import { createLayerWriter, type WrittenLayer } from './layer-writer.ts'
import { createFindPreviousLayers } from './previous-layers.ts'
import { createFetch } from './remote/fetch.ts'
import { runStages } from './run-stages.ts'
import { createShare } from './share.ts'
import type { BuiltStage } from './stage.ts'
import { createStepTimes, layerSteps } from './step-times.ts'

/** Files that are copied between two turns of the event loop: some milliseconds. */
const copiedAtOnce = 512

/** Returns the build: it needs no preparation. */
export async function prepare(): Promise<Build> {
  return createBuild()
}

/** Returns a build that looks for layers of at least `reuseFrom` bytes in previous images. */
export function createBuild({ reuseFrom = worthwhile }: { readonly reuseFrom?: number } = {}): Build {
  return (run, source, sink) => build(run, source, { sink, reuseFrom })
}

/**
 * Assembles the image from the Dockerfile without a daemon: no command is executed, and base layers stay in their
 * registry unless an instruction depends on their content.
 *
 * @throws ActionError if the Dockerfile, its bases or the context are invalid
 */
async function build(
  run: Run,
  { reading }: Pick<SourceOfBuild, 'reading'>,
  forLayers: { readonly sink: LayerSink | undefined; readonly reuseFrom: number },
): Promise<Built> {
  const { plan, host, access, source } = run
  const { build: spec } = plan
  const { findImage } = access
  const buildArguments = givenArguments(spec.buildArgs, host.env)
  const [own, given] = await Promise.all([source.own(), source.dockerfile()])
  if (reading === undefined || given === undefined) throw new ActionError('internal', 'Nobody has read the Dockerfile')
  const { tree: context } = own.context
  const { dockerfile } = reading
  const { file } = dockerfile
  const buildPlatform = hostPlatform(host)
  const [first] = reading.platforms
  // BuildKit also checks only the first platform.
  if (first !== undefined) {
    const target = spec.target === undefined ? {} : { target: spec.target }
    const withShell = await stagesWithShell(first, first.stages.needed, own)
    const inputs = { ...first, text: given.text, buildPlatform, buildArguments, withShell, ...target }
    giveAdvice(dockerfile, inputs, host.log)
  }
  const epoch = await readEpoch(buildArguments.get('SOURCE_DATE_EPOCH'), own.context.time)
  const time = epoch === undefined ? host.clock.now().getTime() : epoch * 1000
  // Pending work ends when the build fails.
  const over = new AbortController()
  const building = within(host, over.signal)
  const { signal } = building
  const fetch = createFetch({ ...building, retries: access.retries }, given.urlLogins)
  const share = createShare()
  const pause = createPause({ every: copiedAtOnce, signal, stopped: 'copying files' })
  const dir = mkdtempSync(join(host.tempDir, 'layout-'))
  const { compression } = spec
  let archived = 0
  const onProgress = (bytes: number): void => {
    archived += bytes
    host.log.progress(`Writing layers: ${formatBytes(archived)} of files`)
  }
  const threads = availableParallelism()
  const find = createFindPreviousLayers({ plan, access, host: building })
  const { clock, log } = host
  const options = { epoch, compression, threads, signal, onProgress, find, clock, log, ...forLayers }
  const writer = createLayerWriter(dir, options)
  const treeOf = createBaseTrees({ host, signal })

  const imageFor = async (stages: PlatformStages): Promise<Finished> => {
    const { platform } = stages
    const { timeStep, steps } = createStepTimes(platform, host.clock)
    const stage = await runStages(stages, {
      file,
      escapeMark: dockerfile.directives.escape,
      buildArguments,
      findImage,
      openNamed: own.openNamed,
      treeOf,
      dropLayers: spec.dropLayers,
      context,
      whyMissing: own.context.whyMissing,
      fetch,
      share,
      pause,
      timeStep,
      time,
      temporary: host.tempDir,
    })
    const layers = await writer.write(stage.layers)
    return { platform, stage, layers, steps: [...steps(), ...layerSteps(platform, layers)] }
  }

  const images = await host.log.group(`Build ${spec.platforms.map(formatPlatform).join(', ')}`, async () => {
    const done = await Promise.all(
      reading.platforms.map((stages) => imageFor(stages).catch(namePlatform(stages))),
    ).finally(() => over.abort())
    for (const { platform, layers } of done) host.log.info(describe(platform, layers))
    return done
  })
  const advice = tellContext(host, archived, { what: 'Files of the new layers', spec })
  const parts = await Promise.all(images.map((image) => writeConfig(dir, image, { plan, time })))
  const tree = makeImage(parts, spec.annotations)
  const { root } = tree
  return {
    content: { tree, ...contentOf(dir, images) },
    metadata: { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
    imageId: undefined,
    steps: images.flatMap(({ steps }) => steps),
    ...advice,
  }
}

/** Returns a function that throws an error of a step with the platform that the step is for. */
function namePlatform({ platform }: PlatformStages): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ActionError) || error.code !== 'build-failed') throw error
    throw error.with({ platform: formatPlatform(platform) })
  }
}

/**
 * Answers a question about the Dockerfile.
 *
 * @throws ActionError like `askHere`
 */
export async function ask(_: undefined, run: Run, question: Question): Promise<AnswerDocument> {
  return askHere(run, question)
}

type Finished = {
  readonly platform: Platform
  readonly stage: BuiltStage
  readonly layers: readonly WrittenLayer[]
  readonly steps: readonly Step[]
}

/** Base layers and those of previous images are in their registries, all other blobs in the layout. */
function contentOf(dir: string, images: readonly Finished[]): Pick<BuiltImage, 'blobs' | 'inherited'> {
  const remote = new Map<Digest, BlobReader>()
  const inherited = new Map<Digest, readonly string[]>()
  for (const { platform, layers } of images) {
    for (const { descriptor, from, publishedFor = [formatPlatform(platform)] } of layers) {
      if (from === undefined) continue
      remote.set(descriptor.digest, from)
      inherited.set(descriptor.digest, [...(inherited.get(descriptor.digest) ?? []), ...publishedFor])
    }
  }
  return { blobs: firstOf(byDigest(remote), layoutStore(dir)), inherited }
}

async function writeConfig(
  dir: string,
  { platform, stage, layers }: Finished,
  { plan, time }: { readonly plan: Plan; readonly time: number },
): Promise<ImageParts> {
  const { labels } = plan.build
  const execution = stage.config.config
  const withLabels =
    Object.keys(labels).length === 0 ? execution : { ...execution, Labels: { ...execution.Labels, ...labels } }
  const config: Config = {
    ...forPlatform(stage.config, platform),
    created: new Date(time).toISOString(),
    config: withLabels,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  }
  const descriptor = await writeBlob(dir, encodeConfig(config), mediaType.ociConfig)
  return { platform, config: descriptor, layers: layers.map((layer) => layer.descriptor) }
}

function describe(platform: Platform, layers: readonly WrittenLayer[]): string {
  const own = layers.filter(({ from }) => from === undefined).length
  const reused = layers.filter(({ publishedFor }) => publishedFor !== undefined).length
  const based = layers.length - own - reused
  const previous = reused === 0 ? '' : `, ${reused} unchanged ${nounOf(reused)} of the previous image`
  return `${formatPlatform(platform)}: ${own} new ${nounOf(own)}, ${based} base ${nounOf(based)}${previous}`
}

function nounOf(count: number): string {
  return count === 1 ? 'layer' : 'layers'
}
