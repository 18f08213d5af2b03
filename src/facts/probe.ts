import { join } from 'node:path'
import { traitsOf } from '../engine/drivers.ts'
import { needsOf } from '../engine/engine-names.ts'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { findApple } from './apple.ts'
import { declaredBuilders, probeBuilder } from './builder.ts'
import { findBuildx, installedVersion } from './buildx.ts'
import { probeDocker } from './docker.ts'
import { dockerConfigDirOf, findDockerEndpoint } from './docker-endpoint.ts'
import type { GitEvent } from './event.ts'
import type { Facts } from './facts.ts'
import { readJob } from './job.ts'
import { findOrigin, findOwnCreated, type OriginInputs } from './origin.ts'
import { findPodman } from './podman.ts'

/** The inputs that determine which facts are needed. */
export type Asked = Pick<
  Inputs,
  | 'engine'
  | 'engineProduct'
  | 'platform'
  | 'builder'
  | 'driver'
  | 'endpoint'
  | 'driverOpts'
  | 'load'
  | 'push'
  | 'smokeTest'
  | 'buildxRelease'
  | 'minimumVersions'
  | 'retries'
> &
  OriginInputs

/** Gathers the facts, independent ones in parallel. Read-only; facts that the selected engine does not need are skipped. */
export async function probe(host: Host, asked: Asked, event: GitEvent): Promise<Facts> {
  const { env } = host
  const started = host.clock.now()
  const dockerConfigDir = dockerConfigDirOf(env)
  const podman = asked.engine !== 'auto' && needsOf(asked.engine) === 'podman' ? findPodman(host) : undefined
  const findEngine = asked.engine === 'auto' || needsOf(asked.engine) === 'builder' ? probeEngine : probeStore
  const [origin, engine] = await Promise.all([findOrigin(host, asked, event), findEngine(host, asked, dockerConfigDir)])
  const podmanFound = await podmanFacts(host, asked, { engine, found: podman })
  return {
    event,
    ...(asked.platform.length > 0 ? { job: readJob(env, started) } : {}),
    actor: env['GITHUB_ACTOR'] || 'token',
    dockerConfigDir,
    buildxConfigDir: env['BUILDX_CONFIG'] || join(dockerConfigDir, 'buildx'),
    cacheService: Boolean(env['ACTIONS_RUNTIME_TOKEN'] && (env['ACTIONS_RESULTS_URL'] || env['ACTIONS_CACHE_URL'])),
    cacheFolder: env['RUNNER_TOOL_CACHE'] ? join(env['RUNNER_TOOL_CACHE'], 'polyarch-cache') : undefined,
    origin,
    ...(origin === undefined && asked.expressions?.uses.has('created')
      ? { created: await findOwnCreated(host, asked, event) }
      : {}),
    ...engine,
    ...podmanFound,
    ...(await nerdctlFacts(host, asked, podmanFound)),
    ...(await probeApple(host, asked, engine)),
  }
}

/** `engine: auto` searches Podman only if Docker and buildx do not answer. */
async function podmanFacts(
  host: Host,
  { engine: name }: Pick<Asked, 'engine'>,
  { engine, found }: { readonly engine: EngineFacts; readonly found: Promise<Facts['podman']> | undefined },
): Promise<Pick<Facts, 'podman'>> {
  const { docker, buildx } = engine
  const needed = name === 'auto' && (docker.kind !== 'server' || docker.product === 'podman' || 'kind' in buildx)
  const podman = await (found ?? (needed ? findPodman(host) : undefined))
  return podman === undefined ? {} : { podman }
}

/** `engine: auto` searches nerdctl only if Podman was searched and not found. */
async function nerdctlFacts(
  host: Host,
  { engine }: Pick<Asked, 'engine'>,
  { podman }: Pick<Facts, 'podman'>,
): Promise<Pick<Facts, 'nerdctl'>> {
  const isNeeded = engine === 'auto' ? podman?.kind === 'missing' : needsOf(engine) === 'nerdctl'
  if (!isNeeded) return {}
  const { findNerdctl } = await import('./nerdctl.ts')
  return { nerdctl: await findNerdctl(host) }
}

/** `engine: auto` searches Apple's `container` only on a Mac without Docker. */
async function probeApple(
  host: Host,
  { engine }: Pick<Asked, 'engine'>,
  { docker }: Pick<EngineFacts, 'docker'>,
): Promise<Pick<Facts, 'apple'>> {
  const isNeeded = engine === 'auto' ? host.os === 'darwin' && docker.kind !== 'server' : needsOf(engine) === 'apple'
  return isNeeded ? { apple: await findApple(host) } : {}
}

type EngineFacts = Pick<Facts, 'docker' | 'buildx' | 'builder' | 'declaredBuilders' | 'clusterArchitectures'>

async function probeEngine(host: Host, asked: Asked, dockerConfigDir: string): Promise<EngineFacts> {
  const endpoint = findDockerEndpoint(host, dockerConfigDir, { product: asked.engineProduct })
  const [docker, [buildx, builder], clusterArchitectures] = await Promise.all([
    probeDocker(host, endpoint),
    provideBuildx(host, asked, dockerConfigDir).then(async (found) => {
      const name = asked.builder ?? host.env['BUILDX_BUILDER'] ?? ''
      const query = { asked: name, buildx: found, endpoint, configDir: dockerConfigDir }
      return [found, await probeBuilder(host, query)] as const
    }),
    probeCluster(host, asked),
  ])
  const stateDir = host.env['BUILDX_CONFIG'] || join(dockerConfigDir, 'buildx')
  return {
    docker,
    buildx,
    builder,
    declaredBuilders: declaredBuilders(stateDir),
    ...(clusterArchitectures && { clusterArchitectures }),
  }
}

async function probeCluster(host: Host, { builder, driver, endpoint, driverOpts }: Asked) {
  if (builder !== undefined || driver === undefined || !traitsOf(driver).inCluster) return undefined
  const [{ findArchitectures }, { driverOptions }, { tolerationsIn }] = await Promise.all([
    import('./cluster-architectures.ts'),
    import('../engine/driver-options.ts'),
    import('../kubernetes/tolerations.ts'),
  ])
  const tolerations = tolerationsIn(driverOptions(driver, driverOpts))
  return await findArchitectures(host, { context: endpoint, tolerations })
}

/** Returns the buildx to use: that of the requested release, else the installed one, with its version if needed. */
async function provideBuildx(
  host: Host,
  { buildxRelease, minimumVersions, retries }: Asked,
  dockerConfigDir: string,
): Promise<Facts['buildx']> {
  const found = await findBuildx(host, dockerConfigDir)
  const installed = 'kind' in found ? undefined : found.path
  if (buildxRelease === undefined && minimumVersions.buildx === undefined) return found
  const path =
    buildxRelease === undefined
      ? installed
      : await (await import('./fetch-buildx.ts')).fetchBuildx({ ...buildxRelease, retries }, installed, host)
  return path === undefined ? found : { path, version: (await installedVersion(host, path)) ?? '' }
}

/** Whether a daemon is needed. The embedded engine needs it only to load and to run the image. */
async function probeStore(
  host: Host,
  { load, push, smokeTest, engineProduct }: Asked,
  dockerConfigDir: string,
): Promise<EngineFacts> {
  // `push: auto` may resolve to no push; the image is then loaded, as with `push: false`.
  if (smokeTest === undefined && !(load ?? push !== true)) return noEngine
  return {
    ...noEngine,
    docker: await probeDocker(host, findDockerEndpoint(host, dockerConfigDir, { product: engineProduct })),
  }
}

const reason = 'not searched: the engine does not need it'
const noEngine: EngineFacts = {
  docker: { kind: 'unreachable', reason, endpoint: { host: '', context: 'default', because: reason, env: {} } },
  buildx: { kind: 'missing', reason },
  builder: { kind: 'missing', reason },
}
