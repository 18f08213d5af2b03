import { join } from 'node:path'
import { sessionName } from '../../cleanup/session-name.ts'
import { ActionError } from '../../errors/action-error.ts'
import { parseInspect } from '../../facts/builder.ts'
import { positional } from '../../host/exec/positional.ts'
import { isDigest } from '../../oci/digest.ts'
import { repositoriesOf } from '../../oci/repositories.ts'
import type { BlobReader } from '../../oci/store.ts'
import type { Descriptor } from '../../oci/types.ts'
import type { Plan } from '../../plan/plan.ts'
import { readImage } from '../../registry/pull/read-image.ts'
import { registryStore } from '../../registry/registry-store.ts'
import type { Run } from '../../run-context.ts'
import type { CheckedSource } from '../../source/bases.ts'
import { refuseRedirects } from '../buildkit/git-redirects.ts'
import { withSecretFiles } from '../buildkit/secret-files.ts'
import { withSentDockerfile } from '../buildkit/sent-dockerfile.ts'
import type { Built, BuiltImage } from '../built.ts'
import { traitsOf } from '../drivers.ts'
import { storeNames } from './args.ts'
import { type CallResult, callBuildx } from './call.ts'
import type { BuildxCalls } from './calls.ts'
import { checkBuildkitdConfig } from './check-buildkitd-config.ts'
import { checkKubernetes } from './check-kubernetes.ts'
import { checkSbomGenerator } from './check-sbom-generator.ts'
import { createBuilder } from './create-builder.ts'
import { exportLayout } from './export-layout.ts'
import { freshen } from './fresh.ts'
import { joinPlatforms } from './join.ts'
import { loadFromBuilder, loadFromCache, loadsFromCache, requireServer } from './load.ts'
import type { BuildxPlan, BuildxSpec } from './plan.ts'

/** The images that preflight has found. */
type Bases = Pick<CheckedSource, 'bases'>

/** What buildx alone needs: a cluster for a builder in it, the configuration of a new builder, the generator of an SBOM. */
export function checks(spec: BuildxSpec, run: Run): readonly Promise<void>[] {
  return [
    checkKubernetes(run, spec),
    checkBuildkitdConfig(spec),
    ...(run.plan.preflight ? [checkSbomGenerator(run)] : []),
  ]
}

/** The platforms that the builder says it can build now; none of one that is not made yet, or that does not answer. */
export async function offers(
  { builder, program }: BuildxSpec,
  { plan, access, host }: Run,
): Promise<readonly string[]> {
  if (builder.kind === 'create') return []
  const result = await host.exec(program, ['inspect', ...positional(builder.name)], {
    env: { ...plan.engine.traits.env, ...access.env },
    timeout: 20_000,
  })
  return result.ok ? parseInspect(result.stdout).platforms : []
}

/**
 * Builds with buildx by the export method of the plan.
 *
 * @throws ActionError what the build failed from
 */
export async function build(spec: BuildxSpec, run: Run, checked: Bases): Promise<Built> {
  const { host, access } = run
  const { traits } = run.plan.engine
  await refuseRedirects(gitUrls(run.plan), run.plan.build.urlLogins, host)
  const plan: BuildxPlan = {
    ...run.plan,
    engine: { ...run.plan.engine, spec },
    build: withSecretFiles(await withSentDockerfile(run), host),
  }
  const planned = spec.builder
  const { runs, ownNetwork } = traitsOf(planned.driver)
  const retries = {
    ...access.retries,
    ownNetwork,
    // The daemon answered when it was asked for its version, an existing builder when it was asked for its platforms.
    answeredBefore: spec.ofDaemon || traits.natives.length > 0,
  }
  const session: BuildxCalls = {
    host,
    env: { ...traits.env, ...access.env },
    registry: access.registry,
    name: sessionName(host.tempDir),
    retries,
  }
  if (plan.fresh) await freshen(plan, host, access.env)
  const builder = planned.kind === 'create' ? await createBuilder(planned, plan, session) : planned.name
  const booted = { ...retries, answeredBefore: retries.answeredBefore || planned.kind === 'create' }
  const target = { builder, platforms: plan.build.platforms, env: session.env, retries: booted }

  switch (spec.method.name) {
    case 'join':
      return joinPlatforms(plan, builder, { session, checked })
    case 'layout': {
      // The docker driver of another context builds in another daemon than the one that is loaded into.
      const inDaemon = runs === 'in-daemon' && spec.ofDaemon
      const leaveOut = needsOnlyOwnLayers(plan, inDaemon) ? layersOfBases(checked) : new Map()
      const layout = await exportLayout(plan, join(host.tempDir, 'layout'), { session, target, leaveOut })
      const built: Built = { ...layout, imageId: undefined }
      if (inDaemon && (plan.load || plan.smokeTest)) {
        return { ...built, ...loadFromCache(layout.content, plan, { session, target, server: requireServer(plan) }) }
      }
      return plan.load
        ? { ...built, ...loadFromBuilder(layout.content, plan, { session, target, server: requireServer(plan) }) }
        : built
    }
    case 'digest': {
      const outputs = [{ kind: 'digest', references: plan.references }] as const
      const built = await pushed(await callBuildx(host, plan, { ...target, outputs }), plan, session)
      return plan.load
        ? { ...built, ...loadFromBuilder(built.content, plan, { session, target, server: requireServer(plan) }) }
        : built
    }
    case 'load': {
      const outputs = [{ kind: 'store', names: storeNames(plan.references) }] as const
      const result = await callBuildx(host, plan, { ...target, outputs })
      return { ...result, content: undefined, imageId: storeId(plan, result) }
    }
    case 'cache':
      return {
        ...(await callBuildx(host, plan, { ...target, outputs: [{ kind: 'cache' }] })),
        content: undefined,
        imageId: undefined,
      }
  }
}

/**
 * Whether verification alone reads the layout, and not the layers of base images in it: then these need not be exported. The daemon
 * that has built the image loads it from its own cache, unless there are attestations.
 */
function needsOnlyOwnLayers(plan: BuildxPlan, inDaemon: boolean): boolean {
  const { push, load, outputs, verify, smokeTest } = plan
  if (push || outputs.length > 0 || verify === 'full') return false
  return (!load && !smokeTest) || (inDaemon && loadsFromCache(plan))
}

/** The layers of the base images that preflight has found, and where they are read. */
function layersOfBases({ bases }: Bases): ReadonlyMap<Descriptor, BlobReader> {
  const found = bases.flatMap(({ image }) =>
    image.manifest.layers.map((layer) => [layer.digest, { layer, image }] as const),
  )
  return new Map([...new Map(found).values()].map(({ layer, image }) => [layer, image.blobs]))
}

function gitUrls({ build }: Plan): readonly string[] {
  const named = build.contexts.flatMap(({ source }) => (source.kind === 'git' ? [source.url] : []))
  return build.contextIsFolder ? named : [build.context, ...named]
}

/** What `docker image inspect` calls the image: the containerd store goes by manifests, the classic one by configs. */
function storeId(plan: BuildxPlan, { metadata, imageId }: CallResult): string | undefined {
  const digest = metadata['containerimage.digest']
  return plan.engine.spec.server?.store === 'containerd' && typeof digest === 'string' ? digest : imageId
}

async function pushed(
  result: CallResult,
  plan: BuildxPlan,
  { host, registry }: BuildxCalls,
): Promise<Built & { readonly content: BuiltImage }> {
  const digest = result.metadata['containerimage.digest']
  const [repository] = repositoriesOf(plan.references)
  if (repository === undefined) throw new ActionError('internal', 'There is no repository to read the image from')
  if (typeof digest === 'string' && isDigest(digest)) {
    const tree = await readImage(registry, repository, { digest, signal: host.signal })
    const blobs = registryStore(registry, repository)
    return { ...result, content: { tree, blobs, isPushed: true }, imageId: undefined }
  }
  throw new ActionError('engine-failed', 'buildx pushed the image but did not say under which digest', {
    hint: 'Update buildx to 0.8 or newer.',
  })
}
