import { join } from 'node:path'
import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import type { Access } from '../../login/login.ts'
import { isDigest } from '../../oci/digest.ts'
import type { Repository } from '../../oci/reference.ts'
import { repositoriesOf } from '../../oci/repositories.ts'
import type { Descriptor } from '../../oci/types.ts'
import type { BuildxPlan } from '../../plan/plan.ts'
import type { Checked } from '../../preflight/preflight.ts'
import { readImage } from '../../registry/pull/read-image.ts'
import { withSentDockerfile } from '../buildkit/cut-dockerfile.ts'
import { refuseRedirects } from '../buildkit/git-redirects.ts'
import { withSecretFiles } from '../buildkit/secret-files.ts'
import type { Built, Content } from '../built.ts'
import { sessionName } from '../session-name.ts'
import { storeNames } from './args.ts'
import { type CallResult, callBuildx } from './call.ts'
import { createBuilder } from './create-builder.ts'
import { exportLayout } from './export-layout.ts'
import { freshen } from './fresh.ts'
import { joinPlatforms } from './join.ts'
import { loadFromBuilder, loadFromCache, loadsFromCache, requireServer } from './load.ts'
import type { Session } from './session.ts'

/**
 * Builds with buildx by the export method of the plan. `login` has the environment of the private configuration and a registry
 * client with the same credentials.
 *
 * @throws ActionError what the build failed from
 */
export async function build(
  given: BuildxPlan,
  host: Host,
  { login, checked }: { readonly login: Access; readonly checked: Pick<Checked, 'bases'> },
): Promise<Built> {
  await refuseRedirects(gitUrls(given), given.build.urlLogins, host)
  const plan = withSecretFiles(await withSentDockerfile(given, host), host)
  const planned = plan.engine.builder
  const retries = {
    ...login.retries,
    ownNetwork: ['docker-container', 'kubernetes'].includes(planned.driver),
    // The daemon answered when it was asked for its version, an existing builder when it was asked for its platforms.
    answeredBefore: plan.engine.ofDaemon || plan.engine.natives.length > 0,
  }
  const session: Session = {
    host,
    env: { ...plan.engine.env, ...login.env },
    registry: login.registry,
    name: sessionName(host.tempDir),
    retries,
  }
  if (plan.fresh) await freshen(plan, host, login.env)
  const builder = planned.kind === 'create' ? await createBuilder(planned, plan, session) : planned.name
  const booted = { ...retries, answeredBefore: retries.answeredBefore || planned.kind === 'create' }
  const target = { builder, platforms: plan.build.platforms, env: session.env, retries: booted }

  switch (plan.engine.method.name) {
    case 'join':
      return joinPlatforms(plan, builder, { session, checked })
    case 'layout': {
      // The docker driver of another context builds in another daemon than the one that is loaded into.
      const inDaemon = planned.driver === 'docker' && plan.engine.ofDaemon
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
      return { ...result, content: { kind: 'loaded' }, imageId: storeId(plan, result) }
    }
    case 'cache':
      return {
        ...(await callBuildx(host, plan, { ...target, outputs: [{ kind: 'cache' }] })),
        content: { kind: 'loaded' },
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

/** The layers of the base images that preflight has found, and the repositories that have them. */
function layersOfBases({ bases }: Pick<Checked, 'bases'>): ReadonlyMap<Descriptor, Repository> {
  const found = bases.flatMap(({ image }) =>
    image.manifest.layers.map((layer) => [layer.digest, { layer, image }] as const),
  )
  return new Map([...new Map(found).values()].map(({ layer, image }) => [layer, image.repository]))
}

function gitUrls({ build }: BuildxPlan): readonly string[] {
  const named = build.contexts.flatMap(({ source }) => (source.kind === 'git' ? [source.url] : []))
  return build.contextIsFolder ? named : [build.context, ...named]
}

/** What `docker image inspect` calls the image: the containerd store goes by manifests, the classic one by configs. */
function storeId(plan: BuildxPlan, { metadata, imageId }: CallResult): string | undefined {
  const digest = metadata['containerimage.digest']
  return plan.engine.store === 'containerd' && typeof digest === 'string' ? digest : imageId
}

async function pushed(
  result: CallResult,
  plan: BuildxPlan,
  { host, registry }: Session,
): Promise<Built & { readonly content: Extract<Content, { kind: 'pushed' }> }> {
  const digest = result.metadata['containerimage.digest']
  const [repository] = repositoriesOf(plan.references)
  if (repository === undefined) throw new ActionError('internal', 'There is no repository to read the image from')
  if (typeof digest === 'string' && isDigest(digest)) {
    const tree = await readImage(registry, repository, { digest, signal: host.signal })
    return { ...result, content: { kind: 'pushed', repository, tree }, imageId: undefined }
  }
  throw new ActionError('engine-failed', 'buildx pushed the image but did not say under which digest', {
    hint: 'Update buildx to 0.8 or newer.',
  })
}
