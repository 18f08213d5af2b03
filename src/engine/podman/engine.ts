import { createReadStream, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parallel } from '../../bounds/parallel.ts'
import { recordTask } from '../../cleanup/cleanup.ts'
import { podmanFolder, podmanMark } from '../../cleanup/podman-runs.ts'
import { sessionName } from '../../cleanup/session-name.ts'
import { givenArguments } from '../../dockerfile/expand/arguments.ts'
import { bottomStage } from '../../dockerfile/stages/stages.ts'
import { ActionError } from '../../errors/action-error.ts'
import { within } from '../../host/within.ts'
import type { BuildSecret } from '../../inputs/inputs.ts'
import { layoutStore, readBlob, writeBlob } from '../../oci/layout.ts'
import { type ImageParts, makeImage } from '../../oci/make-image.ts'
import { mediaType } from '../../oci/media-type.ts'
import { parseConfig } from '../../oci/parse.ts'
import { formatPlatform, platformEquals } from '../../oci/platform.ts'
import { type BlobReader, byDigest, firstOf } from '../../oci/store.ts'
import type { Descriptor, Digest, Platform } from '../../oci/types.ts'
import type { PlannedContext } from '../../plan/context.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'
import type { SourceOfBuild } from '../../source/bases.ts'
import { readEpoch } from '../../source/epoch.ts'
import { openGit } from '../../source/open-context.ts'
import type { AnswerDocument, Question } from '../answer.ts'
import { partOfBuild } from '../buildkit/part-of-build.ts'
import { withSecretFiles } from '../buildkit/secret-files.ts'
import { withSentDockerfile } from '../buildkit/sent-dockerfile.ts'
import type { Built, Step } from '../built.ts'
import { readDockerArchive } from '../docker-archive.ts'
import type { Build } from '../engine.ts'
import { isEmulated } from '../is-emulated.ts'
import { buildImage, imageName } from './build-image.ts'
import { checkRootless } from './check-rootless.ts'
import { checkFeatures } from './features.ts'
import { freshen } from './fresh.ts'
import { toImageConfig } from './image-config.ts'
import { keepCache, splitCaches } from './keep-cache.ts'
import { loadImage } from './load.ts'
import type { PodmanSpec } from './plan.ts'
import { writeRegistries } from './registries.ts'
import type { PodmanWork } from './work.ts'

/** Checks that the version supports what the Dockerfile uses, and that Podman works for this user. */
export function checks({ program }: PodmanSpec, { source, host }: Run): readonly Promise<void>[] {
  const check = async (): Promise<void> => {
    // What is wrong with the Dockerfile itself is reported by others.
    const dockerfile = await source.dockerfile().catch(() => undefined)
    if (dockerfile !== undefined) checkFeatures(dockerfile, program)
  }
  return [check(), checkRootless(program, host)]
}

/**
 * Answers a question about the Dockerfile, which Podman cannot.
 *
 * @throws ActionError like `askHere`
 */
export async function ask(_: PodmanSpec, run: Run, question: Question): Promise<AnswerDocument> {
  return (await import('../ask-here.ts')).askHere(run, question)
}

/**
 * Builds each platform, takes its image out of Podman's store, and joins them here: a manifest list of Podman keeps what was added
 * to it by earlier builds, its annotations differ by version, and `push` sends one platform of it.
 *
 * @throws ActionError what the build failed from
 */
export async function prepare(spec: PodmanSpec, run: Run): Promise<Build> {
  const opened = await open(spec, run)
  return async (part, checked) =>
    build({ ...opened, run: part, build: await partOfBuild(opened, part, specOf) }, checked)
}

async function build(opened: PodmanWork, checked: SourceOfBuild): Promise<Built> {
  const { later, work } = splitCaches(opened)
  const { run, spec } = work
  const dir = mkdtempSync(join(run.host.tempDir, 'layout-'))
  const parts = await buildParts(work, { dir, checked })
  const tree = makeImage(
    parts.map(({ image }) => image),
    work.build.annotations,
  )
  const { root } = tree
  const remote = new Map(parts.flatMap((part) => [...part.remote]))
  const content = {
    tree,
    blobs: firstOf(byDigest(remote), layoutStore(dir)),
    inherited: inheritedBy(parts),
  }
  return {
    content,
    metadata: { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
    imageId: undefined,
    steps: parts.flatMap(({ steps }) => steps),
    ...(run.plan.load
      ? { load: () => loadImage(work, content), store: spec.program.name === 'podman' ? 'Podman' : 'Buildah' }
      : {}),
    ...(later.length === 0 ? {} : { keepCache: keepCache(work, { later, checked }) }),
  }
}

async function open(spec: PodmanSpec, run: Run): Promise<PodmanWork> {
  const { plan, host, access } = run
  const folder = podmanFolder(host.tempDir)
  mkdirSync(folder, { mode: 0o700 })
  writeFileSync(podmanMark(host.tempDir), '', { mode: 0o600 })
  const build = await specOf(run)
  const config = access.env['DOCKER_CONFIG']
  const work: PodmanWork = {
    run,
    spec,
    build,
    env: {
      ...plan.engine.traits.env,
      ...access.env,
      ...(config === undefined ? {} : { REGISTRY_AUTH_FILE: join(config, 'config.json') }),
      ...writeRegistries({ plainHttp: plan.plainHttp, mirrors: spec.mirrors }, host),
      // The clean-up finds there what a RUN that is cut off leaves.
      TMPDIR: folder,
    },
    retries: { ...access.retries, ownNetwork: false, answeredBefore: !spec.program.remote },
    session: sessionName(host.tempDir),
  }
  if (plan.fresh !== undefined) await freshen(work)
  return work
}

/** The build with its inputs in files. */
async function specOf(run: Run): Promise<BuildSpec> {
  const { host } = run
  const build = await withFolders(await withSentDockerfile(run), run)
  return withPlainSecrets(withSecretFiles(build, host), podmanFolder(host.tempDir))
}

/** The same build with Git contexts fetched by this program, which shows each server its own credentials. */
async function withFolders(build: BuildSpec, { host, access }: Run): Promise<BuildSpec> {
  const git = { host, retries: access.retries, logins: build.urlLogins, keepGitDir: false }
  const fetch = async (url: string, name: string): Promise<string> =>
    (await openGit(url, { ...git, dir: join(mkdtempSync(join(host.tempDir, `${name}-`)), 'git') })).fetched.dir
  const contexts: PlannedContext[] = []
  for (const [index, { name, source }] of build.contexts.entries()) {
    const folder = source.kind === 'git' && isGit(source.url) ? await fetch(source.url, `git-${index}`) : undefined
    contexts.push({ name, source: folder === undefined ? source : { kind: 'path', path: folder } })
  }
  if (build.contextIsFolder || !isGit(build.context)) return { ...build, contexts }
  const context = await fetch(build.context, 'git')
  const file = build.file === undefined ? {} : { file: join(context, build.file) }
  return { ...build, ...file, contexts, context, contextIsFolder: true }
}

function isGit(url: string): boolean {
  return !/^https?:\/\/[^#]*\.(?:tar|tgz|tar\.\w+|zip)(?:$|\?)/.test(url)
}

/** The same build with the files of secrets under names without a comma, at which Podman splits. */
function withPlainSecrets(build: BuildSpec, folder: string): BuildSpec {
  const secrets = build.secrets
    .filter(({ line }) => line > 0)
    .map((secret, index): BuildSecret => {
      if (secret.source.kind !== 'file' || !secret.source.path.includes(',')) return secret
      const path = join(folder, `secret-${index}`)
      symlinkSync(resolve(secret.source.path), path)
      return { ...secret, source: { kind: 'file', path } }
    })
  return { ...build, secrets }
}

type Part = {
  readonly image: ImageParts
  readonly steps: readonly Step[]
  /** Layers of base images, and where their registry has them. */
  readonly remote: ReadonlyMap<Digest, BlobReader>
}

type AllOptions = { readonly dir: string; readonly checked: SourceOfBuild }
type PartOptions = AllOptions & { readonly platform: Platform; readonly isOneOfSeveral: boolean }

/**
 * Builds a native platform first, so that the others find stages for `$BUILDPLATFORM` and their `RUN` in the store, then the others at the same
 * time, one for each processor: measured with 5.8.6 on two processors, three platforms took 0.6 to 0.8 of the time of one after the other.
 */
async function buildParts(work: PodmanWork, options: AllOptions): Promise<readonly Part[]> {
  const { run, build } = work
  const { host, plan } = run
  const isNative = (platform: Platform): boolean => !isEmulated(formatPlatform(platform), plan.engine.traits.natives)
  const first = build.platforms.find(isNative) ?? build.platforms[0]
  const others = build.platforms.filter((platform) => platform !== first)
  const parts = new Map<Platform, Part>()
  for (const wave of [first === undefined ? [] : [first], others]) {
    if (wave.length === 0) continue
    const isOneOfSeveral = wave.length > 1
    await host.log.group(`Build ${wave.map(formatPlatform).join(', ')}`, () =>
      parallel(
        availableParallelism(),
        wave,
        async (platform, signal) => {
          const alone = { ...work, run: { ...run, host: within(host, signal) } }
          parts.set(platform, await buildPart(alone, { ...options, platform, isOneOfSeveral }))
        },
        { signal: host.signal },
      ),
    )
  }
  return build.platforms.flatMap((platform) => parts.get(platform) ?? [])
}

async function buildPart(work: PodmanWork, { platform, dir, checked, isOneOfSeveral }: PartOptions): Promise<Part> {
  const { run, spec, build, env } = work
  const { host } = run
  const { path: program, name: kind } = spec.program
  const text = formatPlatform(platform)
  const name = imageName(work, platform)
  recordTask(host.tempDir, { kind: 'podman-image', name, program })
  const steps = await buildImage(work, { name, platform, checked, isOneOfSeveral })
  const archive = join(podmanFolder(host.tempDir), `${text.replaceAll('/', '-')}.tar`)
  const save =
    kind === 'podman' ? ['save', '--quiet', '--format', 'docker-archive', '--output', archive, name] : undefined
  const args = save ?? ['push', '--quiet', '--format', 'v2s2', name, `docker-archive:${archive}`]
  const saved = await host.exec(program, args, { env })
  if (!saved.ok) {
    throw new ActionError('engine-failed', `Cannot take the image for ${text} out of ${kind}: ${saved.stderr.trim()}`, {
      platform: text,
    })
  }
  const bases = await layersOfBases(checked)
  const { compression } = build
  const read = await readDockerArchive(createReadStream(archive), dir, { compression, leaveOut: new Set(bases.keys()) })
  unlinkSync(archive)
  const config = await readBlob(dir, read.config)
  const changed = toImageConfig(config, {
    platform,
    labels: build.labels,
    fromScratch: isFromScratch(platform, checked),
    epoch: await readEpoch(givenArguments(build.buildArgs, host.env).get('SOURCE_DATE_EPOCH'), async () => undefined),
  })
  const diffIds = parseConfig(changed, 'Cannot read the configuration of the image').rootfs.diff_ids
  const remote = new Map<Digest, BlobReader>()
  const layers = read.layers.map((layer, index): Descriptor => {
    const base = bases.get(diffIds[index] ?? layer.digest)
    if (base === undefined) return layer
    remote.set(base.layer.digest, base.blobs)
    return base.layer
  })
  rmSync(join(dir, 'blobs', ...read.config.digest.split(':')), { force: true })
  return { image: { platform, config: await writeBlob(dir, changed, mediaType.ociConfig), layers }, steps, remote }
}

function isFromScratch(platform: Platform, { reading }: SourceOfBuild): boolean {
  const stages = reading?.platforms.find((one) => platformEquals(one.platform, platform))?.stages
  return stages?.stages[bottomStage(stages)]?.base.kind === 'scratch'
}

/** The layers of the base images that preflight has found, by the digests of their uncompressed archives: Podman compresses nothing. */
async function layersOfBases({
  bases,
}: SourceOfBuild): Promise<ReadonlyMap<Digest, { readonly layer: Descriptor; readonly blobs: BlobReader }>> {
  const all = await Promise.all(
    (await bases).map(async ({ image: { manifest, config, blobs } }) => {
      const { diff_ids } = parseConfig(await config(), 'Cannot read a base image').rootfs
      if (diff_ids.length !== manifest.layers.length) return []
      return manifest.layers.flatMap((layer, index) => {
        const diffId = diff_ids[index]
        return diffId === undefined
          ? []
          : [[diffId, { layer: { ...layer, mediaType: ociTypeOf(layer) }, blobs }] as const]
      })
    }),
  )
  return new Map(all.flat())
}

/** Podman cannot read an OCI manifest whose layers have the types of Docker. */
function ociTypeOf({ mediaType: type }: Descriptor): string {
  if (type === mediaType.dockerLayer) return mediaType.ociLayer
  return type === mediaType.dockerLayerGzip ? mediaType.ociLayerGzip : type
}

function inheritedBy(parts: readonly Part[]): ReadonlyMap<Digest, readonly string[]> {
  const inherited = new Map<Digest, readonly string[]>()
  for (const { image, remote } of parts) {
    for (const digest of remote.keys()) {
      inherited.set(digest, [...(inherited.get(digest) ?? []), formatPlatform(image.platform)])
    }
  }
  return inherited
}
