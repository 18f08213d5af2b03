import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError } from '../../errors.ts'
import type { Host } from '../../host/host.ts'
import type { LoggedIn } from '../../login/login.ts'
import { isDigest } from '../../oci/digest.ts'
import { repositoriesOf } from '../../oci/repositories.ts'
import type { BuildxPlan } from '../../plan/plan.ts'
import { readImage } from '../../registry/read-image.ts'
import type { Built } from '../built.ts'
import { sessionName } from '../session-name.ts'
import { type Output, storeNames } from './args.ts'
import { type CallResult, callBuildx } from './call.ts'
import { createBuilder } from './create-builder.ts'
import { exportLayout } from './export-layout.ts'
import { freshen } from './fresh.ts'
import { joinPlatforms } from './join.ts'
import { withSecretFiles } from './secret-files.ts'
import type { Session } from './session.ts'

/**
 * Builds with buildx in the way the plan chose. `login` has the environment of the private configuration and a registry
 * client with the same credentials.
 *
 * @throws ActionError what the build failed from
 */
export async function build(given: BuildxPlan, host: Host, login: LoggedIn): Promise<Built> {
  const plan = withSecretFiles(withInlineFile(given, host.tempDir), host)
  const planned = plan.engine.builder
  const retries = {
    ...login.retries,
    ownNetwork: ['docker-container', 'kubernetes'].includes(planned.driver),
    // The daemon answered when it was asked for its version, an existing builder when it was asked for its platforms.
    met: plan.engine.ofDaemon || plan.engine.natives.length > 0,
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
  const booted = { ...retries, met: retries.met || planned.kind === 'create' }
  const target = { builder, platforms: plan.build.platforms, env: session.env, retries: booted }
  const store: Output = { kind: 'store', names: storeNames(plan.references) }

  const image = async (): Promise<Built> => {
    switch (plan.engine.method.name) {
      case 'join':
        return joinPlatforms(plan, builder, session)
      case 'layout':
        return { ...(await exportLayout(plan, join(host.tempDir, 'layout'), { session, target })), imageId: undefined }
      case 'digest': {
        const outputs = [{ kind: 'digest', references: plan.references }] as const
        return pushed(await callBuildx(host, plan, { ...target, outputs }), plan, session)
      }
      case 'load': {
        const result = await callBuildx(host, plan, { ...target, outputs: [store] })
        return { ...result, content: { kind: 'loaded' }, imageId: storeId(plan, result) }
      }
    }
  }
  const built = await image()
  if (!plan.load || plan.engine.method.name === 'load' || plan.engine.method.name === 'join') return built
  // A second call, all from the cache: with two outputs in one call BuildKit mixes up their manifests (seen with 0.25).
  const again: BuildxPlan = { ...plan, build: { ...plan.build, noCache: false, pull: false } }
  return { ...built, imageId: storeId(plan, await callBuildx(host, again, { ...target, outputs: [store] })) }
}

/** With a Dockerfile of the workflow in a file, alone in a folder, so that the context's .dockerignore counts. */
function withInlineFile(plan: BuildxPlan, tempDir: string): BuildxPlan {
  const { dockerfileInline } = plan.build
  if (dockerfileInline === undefined) return plan
  const folder = join(tempDir, 'inline')
  mkdirSync(folder)
  const file = join(folder, 'Dockerfile')
  writeFileSync(file, dockerfileInline)
  return { ...plan, build: { ...plan.build, file } }
}

/** What `docker image inspect` calls the image: the containerd store goes by manifests, the classic one by configs. */
function storeId(plan: BuildxPlan, { metadata, imageId }: CallResult): string | undefined {
  const digest = metadata['containerimage.digest']
  return plan.engine.store === 'containerd' && typeof digest === 'string' ? digest : imageId
}

async function pushed(result: CallResult, plan: BuildxPlan, { host, registry }: Session): Promise<Built> {
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
