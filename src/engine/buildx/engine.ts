import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { sessionName } from '../../cleanup/session-name.ts'
import { ActionError } from '../../errors/action-error.ts'
import { parseInspect } from '../../facts/parse-inspect.ts'
import { positional } from '../../host/exec/positional.ts'
import { isDigest } from '../../oci/digest.ts'
import { repositoriesOf } from '../../oci/repositories.ts'
import type { BlobReader } from '../../oci/store.ts'
import type { Descriptor } from '../../oci/types.ts'
import type { PlannedContext } from '../../plan/context.ts'
import type { BuildSpec, Plan } from '../../plan/plan.ts'
import { readImage } from '../../registry/pull/read-image.ts'
import { registryStore } from '../../registry/registry-store.ts'
import type { Run } from '../../run-context.ts'
import type { SourceOfBuild } from '../../source/bases.ts'
import type { Source } from '../../source/source.ts'
import type { AnswerDocument, Question } from '../answer.ts'
import { refuseRedirects } from '../buildkit/git-redirects.ts'
import { partOfBuild } from '../buildkit/part-of-build.ts'
import { withSecretFiles } from '../buildkit/secret-files.ts'
import { withSentDockerfile } from '../buildkit/sent-dockerfile.ts'
import type { Built, BuiltImage } from '../built.ts'
import { traitsOf } from '../drivers.ts'
import type { Build } from '../engine.ts'
import { type CallOutput, storeNames } from './args.ts'
import { askBuildx } from './ask-buildx.ts'
import { endpointsOf } from './builder-nodes.ts'
import type { Buildx } from './buildx.ts'
import { type CallResult, callBuildx } from './call.ts'
import { type AskedBuildkit, checkBuildkit } from './check-buildkit.ts'
import { checkBuildkitdConfig } from './check-buildkitd-config.ts'
import { checkKubernetes } from './check-kubernetes.ts'
import { checkSbomGenerator } from './check-sbom-generator.ts'
import { createBuilder } from './create-builder.ts'
import { exportLayout, type LeftOut } from './export-layout.ts'
import { freshen } from './fresh.ts'
import { joinPlatforms } from './join.ts'
import { keepCache, withoutLaterCaches, withoutMissingCaches } from './keep-cache.ts'
import type { KeepMounts } from './keep-mounts.ts'
import { clustersAt, clustersOf } from './kubernetes/place-pods.ts'
import { loadFromBuilder, loadFromCache, loadsFromCache } from './load.ts'
import type { BuildxSpec } from './plan.ts'
import { settle } from './settle.ts'
import { warnEmulated } from './warn-emulated.ts'

/** The base images that preflight finds. */
type Bases = Pick<SourceOfBuild, 'bases'>

/**
 * Returns the checks that only buildx needs: the cluster of a builder, the configuration of a new builder, the image
 * that generates an SBOM.
 */
export function checks(spec: BuildxSpec, run: Run): readonly Promise<void>[] {
  return [
    checkKubernetes(run, spec),
    checkBuildkitdConfig(spec),
    // Nodes that do not respond are left out first.
    ...(spec.builder.kind === 'existing' && spec.silentNodes.length === 0
      ? [checkBuildkit(askedBuildkit(spec, spec.builder.name, run), run.host)]
      : []),
    ...(run.plan.preflight ? [checkSbomGenerator(run)] : []),
  ]
}

function askedBuildkit(
  { program, minimumBuildkit: minimum }: BuildxSpec,
  builder: string,
  { plan, access }: Pick<Run, 'plan' | 'access'>,
): AskedBuildkit {
  return { program, builder, env: { ...plan.engine.traits.env, ...access.env }, minimum }
}

/** Returns the platforms that the builder reports; empty if it does not exist yet or does not respond. */
export async function offers(
  { builder, program, offered }: BuildxSpec,
  { plan, access, host }: Run,
): Promise<readonly string[]> {
  if (builder.kind === 'create' || offered.length > 0) return offered
  const result = await host.exec(program, ['inspect', ...positional(builder.name)], {
    env: { ...plan.engine.traits.env, ...access.env },
    timeout: 20_000,
  })
  return result.ok ? parseInspect(result.stdout).platforms : []
}

/**
 * Prepares buildx, and builds with the planned export method.
 *
 * @throws ActionError with the cause of a failed build
 */
export async function prepare(spec: BuildxSpec, run: Run): Promise<Build> {
  const opened = withoutMissingCaches(await open(spec, run))
  const { cacheMounts } = opened.build
  const mounts = cacheMounts && (await import('./keep-mounts.ts')).createKeepMounts(cacheMounts)
  return async (part, checked) =>
    build({ ...opened, run: part, build: await partOfBuild(opened, part, specOf) }, checked, mounts)
}

async function build(buildx: Buildx, checked: SourceOfBuild, mounts: KeepMounts | undefined): Promise<Built> {
  const { reading } = checked
  await mounts?.restore(buildx, reading)
  const image = await buildImage(withoutLaterCaches(buildx), checked)
  const built: Built = { ...image, nodes: buildx.nodes.lines }
  const works = [keepCache(buildx, reading), mounts?.save(buildx, reading)].filter((work) => work !== undefined)
  return works.length === 0 ? built : { ...built, keepCache: () => inOrder(works) }
}

async function inOrder(works: readonly (() => Promise<void>)[]): Promise<void> {
  for (const work of works) await work()
}

async function buildImage(buildx: Buildx, checked: Bases): Promise<Built> {
  const { spec, run } = buildx
  const { plan, host, access } = run
  const { platforms } = buildx.build
  const only = (output: CallOutput) => callBuildx(buildx, { platforms, outputs: [output] })
  switch (spec.method.name) {
    case 'join':
      return joinPlatforms(buildx, checked)
    case 'layout': {
      // The docker driver of another context builds in a daemon other than the one that images are loaded into.
      const inDaemon = traitsOf(spec.builder.driver).runs === 'in-daemon' && spec.ofDaemon
      const layout = await exportLayout(
        buildx,
        mkdtempSync(join(host.tempDir, 'layout-')),
        await leftOut(plan, inDaemon, checked),
      )
      const built: Built = { ...layout, imageId: undefined }
      if (inDaemon && (plan.load || plan.smokeTest)) return { ...built, ...loadFromCache(buildx, layout.content) }
      return plan.load ? { ...built, ...loadFromBuilder(buildx, layout.content) } : built
    }
    case 'digest': {
      const result = await only({ kind: 'digest', references: plan.references })
      const content = await pushedImage(result, { plan, host, access })
      const built: Built = { ...result, content, imageId: undefined }
      return plan.load ? { ...built, ...loadFromBuilder(buildx, content) } : built
    }
    case 'load': {
      const result = await only({ kind: 'store', names: storeNames(plan.references) })
      return { ...result, content: undefined, imageId: storeId(spec, result) }
    }
    case 'cache':
      return { ...(await only({ kind: 'cache' })), content: undefined, imageId: undefined }
  }
}

/**
 * Asks the planned builder about the Dockerfile.
 *
 * @throws ActionError like `askBuildx`
 */
export async function ask(spec: BuildxSpec, run: Run, question: Question): Promise<AnswerDocument> {
  return askBuildx(await open(spec, run), question)
}

/** Returns buildx with an existing builder and a build spec whose inputs are in files. */
async function open(spec: BuildxSpec, run: Run): Promise<Buildx> {
  const { plan, host, access } = run
  const { traits } = plan.engine
  const planned = spec.builder
  await refuseRedirects(gitUrls(plan), plan.build.urlLogins, host)
  // The daemon has responded with its version, an existing builder with its platforms.
  const answeredBefore = spec.ofDaemon || traits.natives.length > 0
  const { ownNetwork } = traitsOf(planned.driver)
  const buildx = {
    run,
    spec,
    build: await specOf(run),
    name: sessionName(host.tempDir),
    env: { ...traits.env, ...access.env },
    retries: { ...access.retries, ownNetwork, answeredBefore },
    nodes: { lines: plan.engine.nodes ?? [] },
  }
  if (plan.fresh !== undefined) await freshen(buildx)
  if (planned.kind === 'existing') {
    const existing = { ...buildx, builder: planned.name }
    if (spec.severalNodes) warnEmulated((await settle(existing, spec.silentNodes)) ?? [], run)
    if (spec.silentNodes.length > 0) await checkBuildkit(askedBuildkit(spec, planned.name, run), host)
    // After nodes that do not respond are left out: the API of their cluster may be away.
    return { ...existing, clusters: await clustersAt(endpointsOf(existing), host) }
  }
  const builder = await createBuilder(buildx, planned)
  await checkBuildkit(askedBuildkit(spec, builder, run), host)
  const clusters = await clustersOf(planned, host)
  return { ...buildx, builder, clusters, retries: { ...buildx.retries, answeredBefore: true } }
}

/** Returns the build spec whose inputs are in files. */
async function specOf(run: Run): Promise<BuildSpec> {
  return withSecretFiles(await withLayouts(await withSentDockerfile(run), run.source), run.host)
}

/** Returns the build spec with image archives unpacked, because buildx reads OCI layouts. */
async function withLayouts(build: BuildSpec, { archive }: Source): Promise<BuildSpec> {
  const contexts = await Promise.all(
    build.contexts.map(async (context): Promise<PlannedContext> => {
      if (context.source.kind !== 'archive') return context
      return { ...context, source: { kind: 'layout', ...(await (await archive(context.name)).layout()) } }
    }),
  )
  return { ...build, contexts }
}

/** Returns what is not exported from the builder. Placeholders cannot be written to an output. */
async function leftOut(plan: Plan, inDaemon: boolean, { bases }: Bases): Promise<LeftOut> {
  if (plan.push && plan.outputs.length === 0) return 'published'
  return needsOnlyOwnLayers(plan, inDaemon) ? layersOfBases(await bases) : new Map()
}

/**
 * Whether only verification reads the layout, and not the layers of base images in it, so that these need not be
 * exported. The daemon that built the image loads it from its own cache, unless it has attestations.
 */
function needsOnlyOwnLayers(plan: Plan, inDaemon: boolean): boolean {
  const { push, load, outputs, verify, smokeTest, beforeTags } = plan
  if (push || outputs.length > 0 || verify === 'full' || beforeTags) return false
  return (!load && !smokeTest) || (inDaemon && loadsFromCache(plan))
}

/** Returns the layers of base images, and their location. */
function layersOfBases(bases: Awaited<Bases['bases']>): ReadonlyMap<Descriptor, BlobReader> {
  const found = bases.flatMap(({ image }) =>
    image.manifest.layers.map((layer) => [layer.digest, { layer, image }] as const),
  )
  return new Map([...new Map(found).values()].map(({ layer, image }) => [layer, image.blobs]))
}

function gitUrls({ build }: Plan): readonly string[] {
  const named = build.contexts.flatMap(({ source }) => (source.kind === 'git' ? [source.url] : []))
  return build.contextIsFolder ? named : [build.context, ...named]
}

/** Returns the image's ID in `docker image inspect`: the containerd store uses manifests, the classic one configs. */
function storeId({ server }: BuildxSpec, { metadata, imageId }: CallResult): string | undefined {
  const digest = metadata['containerimage.digest']
  return server?.store === 'containerd' && typeof digest === 'string' ? digest : imageId
}

/** Returns the image that the builder pushed by digest to every repository. */
async function pushedImage(
  { metadata }: CallResult,
  { plan, host, access: { registry } }: Buildx['run'],
): Promise<BuiltImage> {
  const digest = metadata['containerimage.digest']
  const [repository] = repositoriesOf(plan.references)
  if (repository === undefined) throw new ActionError('internal', 'There is no repository to read the image from')
  if (typeof digest === 'string' && isDigest(digest)) {
    const tree = await readImage(registry, repository, { digest, signal: host.signal })
    return { tree, blobs: registryStore(registry, repository), isPushed: true }
  }
  throw new ActionError('engine-failed', 'buildx pushed the image but did not say under which digest', {
    hint: 'Update buildx to 0.8 or newer.',
  })
}
