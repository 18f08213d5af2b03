import coerce from 'semver/functions/coerce.js'
import gte from 'semver/functions/gte.js'
import lt from 'semver/functions/lt.js'
import type { DockerServer } from '../../docker/server.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { BuildkitdConfig, CacheType, Inputs, Mirror, NodeInput, NodeTls } from '../../inputs/inputs.ts'
import type { Platform } from '../../oci/types.ts'
import { type Driver, traitsOf } from '../drivers.ts'
import { driverOf } from '../engine-names.ts'
import type { BuildxBase } from './require-buildx.ts'

export type PlannedBuilder =
  | { readonly kind: 'existing'; readonly name: string; readonly driver: Driver; readonly because: string }
  | {
      readonly kind: 'create'
      readonly driver: Driver
      readonly driverOpts: readonly string[]
      readonly endpoint: string | undefined
      readonly config: BuildkitdConfig | undefined
      /** The entitlements of builds; undefined: buildx's default. */
      readonly grants: readonly string[] | undefined
      /** Requested flags of BuildKit. */
      readonly flags: string | undefined
      /** Of the first node; empty: the node reports them. */
      readonly platforms: readonly Platform[]
      readonly tls: NodeTls | undefined
      /** Additional nodes. */
      readonly append: readonly NodeInput[]
      /** Its name, if its build cache is kept on the machine. */
      readonly keptAs: string | undefined
      /** Of the registry of its image, and of those that it pulls from. */
      readonly mirrors: readonly Mirror[]
      readonly because: string
    }

/**
 * Returns the requested builder; otherwise the existing one if it supports the build; otherwise the cheapest one that
 * can be created. The docker driver does not support attestations and external caches on the classic image store,
 * caches in buckets, and security.insecure unless the daemon's configuration allows it, which cannot be queried.
 *
 * @throws ActionError `feature-missing` if the requested builder does not support the build
 */
export function chooseBuilder(inputs: Inputs, { builder, server }: BuildxBase): PlannedBuilder {
  const create = (driver: Driver, because: string): PlannedBuilder => ({
    kind: 'create',
    driver,
    driverOpts: inputs.driverOpts,
    endpoint: inputs.endpoint,
    config: inputs.buildkitdConfig,
    grants: traitsOf(driver).takesGrants ? grantsOf(inputs) : undefined,
    flags: inputs.buildkitdFlags,
    platforms: inputs.nodePlatforms,
    tls: inputs.nodeTls,
    append: inputs.append,
    keptAs: inputs.keepState?.name,
    mirrors: inputs.mirrors,
    because,
  })
  if (inputs.driver !== undefined && traitsOf(inputs.driver).made) {
    const input = driverOf(inputs.engine) === inputs.driver ? 'engine' : 'driver'
    return create(inputs.driver, `selected by the \`${input}\` input`)
  }
  const attests = inputs.provenance !== undefined || inputs.sbom !== undefined
  const dropsAttestations = attests && server?.store === 'classic'
  const lacking = lackingCache(inputs, server)
  if (inputs.driver !== undefined) {
    if (dropsAttestations) throw noAttestations()
    if (lacking !== undefined) throw noCache(lacking)
    const name = server?.endpoint.context ?? 'default'
    return { kind: 'existing', name, driver: 'docker', because: 'selected by the `driver` input' }
  }
  const existing: PlannedBuilder = {
    kind: 'existing',
    name: builder.name,
    driver: builder.driver,
    because: builder.because,
  }
  if (traitsOf(builder.driver).runs !== 'in-daemon') return existing
  if (dropsAttestations) {
    if (inputs.builder !== undefined) throw noAttestations()
    return create('docker-container', 'the classic image store does not keep attestations')
  }
  if (lacking !== undefined) {
    if (inputs.builder !== undefined) throw noCache(lacking)
    return create('docker-container', lacking.because)
  }
  if (inputs.builder !== undefined) return existing
  const [setting] = settingsOf(inputs)
  if (setting !== undefined) return create('docker-container', `required by the \`${setting}\` input`)
  if (inputs.allow.includes(insecure)) return create('docker-container', `required by \`allow: ${insecure}\``)
  return existing
}

/** The inputs that only apply to a builder created by this step. */
function settingsOf({ driverOpts, buildkitdConfig, buildkitdFlags, nodePlatforms }: Inputs): readonly string[] {
  return [
    ...(driverOpts.length === 0 ? [] : ['driver-opts']),
    ...(buildkitdConfig === undefined ? [] : ['buildkitd-config']),
    ...(buildkitdFlags === undefined ? [] : ['buildkitd-flags']),
    ...(nodePlatforms.length === 0 ? [] : ['node-platforms']),
  ]
}

const insecure = 'security.insecure'

/** Requested entitlements replace buildx's default, which is network.host. */
function grantsOf({ allow, buildkitdFlags = '' }: Inputs): readonly string[] | undefined {
  if (allow.includes(insecure)) return ['network.host', insecure]
  return buildkitdFlags.includes('allow-insecure-entitlement') && allow.includes('network.host')
    ? ['network.host']
    : undefined
}

/** What the docker driver cannot do with a cache, and the alternative. */
type LackingCache = { readonly because: string; readonly message: string; readonly hint: string }

const ofBuckets: ReadonlySet<CacheType> = new Set(['s3', 'azblob'])

/**
 * Returns what the daemon's BuildKit does not support of the requested caches; undefined if it supports all. With the
 * classic store it reads images that contain a cache, and writes inline caches. With no store it supports caches in
 * buckets (Docker 28: `unknown cache exporter: "s3"`).
 */
function lackingCache(
  { cache, cacheFrom, cacheTo }: Inputs,
  server: DockerServer | undefined,
): LackingCache | undefined {
  const inBucket = [...cacheFrom, ...cacheTo].find(({ type }) => ofBuckets.has(type))
  if (server !== undefined && inBucket !== undefined) {
    return {
      because: `the docker driver does not support type=${inBucket.type}`,
      message: `Cannot use a cache of type=${inBucket.type} with the docker driver`,
      hint: 'Leave `builder` and `driver` empty to have a builder made that can, or use another type of cache.',
    }
  }
  if (server?.store !== 'classic') return undefined
  const isKept =
    cache.kind !== 'off' ||
    cacheFrom.some(({ type }) => type !== 'registry') ||
    cacheTo.some(({ type }) => type !== 'inline')
  if (!isKept) return undefined
  return {
    because: 'the classic image store does not export a cache',
    message: 'Cannot keep the build cache with the docker driver on the classic image store',
    hint: 'Leave `builder` and `driver` empty to have a builder made that can, use `cache-to: type=inline`, or turn on the containerd image store: https://docs.docker.com/engine/storage/containerd/',
  }
}

function noCache({ message, hint }: LackingCache): ActionError {
  return new ActionError('feature-missing', message, { hint })
}

function noAttestations(): ActionError {
  return new ActionError(
    'feature-missing',
    'Cannot make attestations with the docker driver on the classic image store',
    {
      hint: 'Leave `builder` and `driver` empty to have a builder made that can, set `provenance: false` and `sbom: false`, or turn on the containerd image store: https://docs.docker.com/engine/storage/containerd/',
    },
  )
}

/**
 * Checks that the builder supports the settings for RUN steps, which it would reject or ignore.
 *
 * @throws ActionError `feature-missing`
 */
export function requireRunSettings(
  { addHosts, cgroupParent, shmSize, ulimit }: Inputs,
  driver: Driver,
  version: string | undefined,
): void {
  const inDaemon = traitsOf(driver).runs === 'in-daemon'
  if (!inDaemon && addHosts.some((host) => /[:=]host-gateway$/.test(host))) {
    throw new ActionError(
      'feature-missing',
      `Cannot use host-gateway in \`add-hosts\`: the driver ${driver} does not know the address`,
      { hint: 'Write the address itself, or build with the docker driver.' },
    )
  }
  const server = coerce(version)
  const ignored = [
    ...(cgroupParent === undefined ? [] : ['cgroup-parent']),
    ...(shmSize === undefined ? [] : ['shm-size']),
    ...(ulimit.length === 0 ? [] : ['ulimit']),
  ]
  // Docker 20.10 with BuildKit 0.8.
  if (inDaemon && server && lt(server, '23.0.0') && ignored.length > 0) {
    throw new ActionError('feature-missing', `Docker ${version} ignores ${ignored.join(', ')} in builds`, {
      hint: 'Update Docker to 23.0 or newer, set `driver: docker-container`, or leave the input empty.',
    })
  }
}

/**
 * Daemons from 24.0.3 to before 25.0.0 do not define `host.docker.internal` in builds, but accept it as a host entry;
 * older ones cannot resolve host-gateway, and 25.0.0 broke it: https://github.com/docker/buildx/issues/2201
 */
export function hostGateway(driver: Driver, version: string | undefined): readonly string[] {
  const server = coerce(version)
  return traitsOf(driver).runs === 'in-daemon' && server && gte(server, '24.0.3') && lt(server, '25.0.0')
    ? ['host.docker.internal:host-gateway']
    : []
}
