import type { PlannedContainers } from '../../containers/containers.ts'
import type { DockerServer } from '../../docker/server.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Builder, Facts } from '../../facts/facts.ts'
import type { SilentNode } from '../../facts/probe-nodes.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { loadsJoined, wantsLoad } from '../../plan/load.ts'
import { traitsOf } from '../drivers.ts'
import { isEmulated } from '../is-emulated.ts'
import type { EnginePlan, PlannedEngine, Traits } from '../traits.ts'
import { unusedMirrors } from '../unused-mirrors.ts'
import { type Assignment, assignmentLines, assignNodes, nativeWarnings } from './assign-nodes.ts'
import { chooseBuilder, hostGateway, type PlannedBuilder, requireRunSettings } from './choose-builder.ts'
import { chooseMethod, type Method } from './choose-method.ts'
import { nativesInCluster, withNativeNodes } from './kubernetes/native-nodes.ts'
import { planSmokePods } from './kubernetes/plan-smoke-pods.ts'
import { offersOf, plannedOffers } from './node-offers.ts'
import { requireBuildx } from './require-buildx.ts'

/** The settings that only the buildx engine needs. */
export type BuildxSpec = {
  /** Path of the buildx binary. */
  readonly program: string
  readonly builder: PlannedBuilder
  readonly method: Method
  /** The daemon of this machine, if it responds; images are loaded into it. */
  readonly server: DockerServer | undefined
  /** Whether the builder is part of that daemon, or runs in it. */
  readonly ofDaemon: boolean
  /** Whether the builder has several nodes that are not pods. */
  readonly severalNodes: boolean
  /** The nodes of an existing builder that did not respond in time. */
  readonly silentNodes: readonly SilentNode[]
  /** The platforms that an existing builder reports; empty if they are not known. */
  readonly offered: readonly string[]
  /** The minimum version of BuildKit. */
  readonly minimumBuildkit: string | undefined
  /** Entries for RUN's /etc/hosts besides those of the builder. */
  readonly addHosts: readonly string[]
}

/**
 * Plans the build with buildx.
 *
 * @throws ActionError if buildx cannot build here, with what is missing
 */
export function planBuildx(inputs: Inputs, facts: Facts): EnginePlan<BuildxSpec> {
  if (inputs.dropLayers > 0) throw cannotDropLayers()
  const base = requireBuildx(inputs, facts)
  const { server } = base
  const builder = withNativeNodes(chooseBuilder(inputs, base), { inputs, architectures: facts.clusterArchitectures })
  requireRunSettings(inputs, builder.driver, server?.version)
  const load = wantsLoad(inputs, server)
  const ofDaemon = isIn(server, builder)
  const inDaemon = traitsOf(builder.driver).runs === 'in-daemon'
  const env = server?.endpoint.env ?? {}
  const local = ofDaemon ? server?.local : undefined
  const nodes = builder.kind === 'create' ? 1 + builder.append.length : nodesOf(base.builder, builder.name)
  const method = chooseMethod(inputs, { builder, server, load })
  const traits: Traits = {
    runsSteps: true,
    readsSource: 'builder',
    bases: 'advisory',
    baseStore: inDaemon ? server : undefined,
    natives: nativesInCluster(builder, facts.clusterArchitectures) ?? nativesOf(builder, base.builder, server),
    kernel: local ? 'here' : ofDaemon ? 'daemon' : 'elsewhere',
    bringsEmulators: !inDaemon,
    caches: nodes > 1 ? 'by-platform' : 'whole',
    startsEarly: method.name !== 'digest' && method.name !== 'load',
    keepsMounts: true,
    dataRoot: local?.dataRoot,
    loadsInto: loadsJoined(inputs) ? server : undefined,
    containers: server === undefined ? podsOf(builder) : undefined,
    env,
  }
  const assignments = assign(inputs, { builder, found: base.builder, server })
  return {
    engine: {
      name: 'buildx',
      because: describe(server, builder),
      traits,
      method,
      nodes: assignmentLines(assignments),
      options:
        builder.kind === 'create' ? [...builder.driverOpts, ...builder.append.flatMap((node) => node.driverOpts)] : [],
      secrets: keysOf(builder),
      spec: {
        program: base.buildx,
        builder,
        method,
        server,
        ofDaemon,
        severalNodes: nodes > 1 && !traitsOf(builder.driver).inCluster,
        silentNodes: silentOf(base.builder, builder),
        offered: builder.kind === 'existing' && base.builder.name === builder.name ? base.builder.platforms : [],
        minimumBuildkit: inputs.minimumVersions.buildkit,
        addHosts: hostGateway(builder.driver, server?.version).filter((entry) => !isGiven(entry, inputs.addHosts)),
      },
    },
    load,
    insecureRegistries: server?.insecureRegistries ?? [],
    warnings: [
      ...nativeWarnings(assignments),
      ...builderWarnings(inputs, { facts, builder, traits }),
      ...mirrorWarnings(inputs, builder),
    ],
  }
}

/** Returns the node for each platform, if the builder has several; empty if it is only known once they are started. */
function assign(
  { platforms }: Inputs,
  known: { readonly builder: PlannedBuilder; readonly found: Builder; readonly server: DockerServer | undefined },
): readonly Assignment[] {
  const { builder, found, server } = known
  // The nodes of a cluster are pods, which the driver selects.
  if (traitsOf(builder.driver).inCluster) return []
  const existing = builder.kind === 'existing' && found.name === builder.name ? offersOf(found.nodes) : []
  const offers = builder.kind === 'create' ? plannedOffers(builder, server) : existing
  return offers.length < 2 ? [] : (assignNodes(offers, platforms.map(formatPlatform)) ?? [])
}

/** Returns a warning for each platform that is emulated although another builder of this machine declares a node for it. */
function builderWarnings(
  { platforms }: Inputs,
  known: { readonly facts: Facts; readonly builder: PlannedBuilder; readonly traits: Traits },
): readonly string[] {
  const { facts, builder, traits } = known
  const others = facts.declaredBuilders?.filter(({ name }) => builder.kind === 'create' || name !== builder.name) ?? []
  return platforms.map(formatPlatform).flatMap((platform) => {
    const native = others.find((one) => one.platforms.includes(platform))
    if (native === undefined || !isEmulated(platform, traits.natives)) return []
    const { name } = native
    return [
      `${platform} is emulated, although the builder ${name} declares a node for it. To use it, set \`builder: ${name}\`.`,
    ]
  })
}

/** Returns a warning if the step cannot set the mirrors of the builder. */
function mirrorWarnings(inputs: Inputs, builder: PlannedBuilder): readonly string[] {
  if (builder.kind === 'create' && traitsOf(builder.driver).takesGrants) return []
  const where = traitsOf(builder.driver).runs === 'in-daemon' ? 'daemon' : 'BuildKit'
  return unusedMirrors(
    inputs,
    `the ${where} of the builder pulls them with its own configuration. Add the mirrors there, or set \`driver: docker-container\`.`,
  )
}

/** Returns the number of nodes of an existing builder; 1 if the facts are about another builder. */
function nodesOf(found: Builder, name: string): number {
  return found.name === name ? found.nodes.length : 1
}

function silentOf(found: Builder, builder: PlannedBuilder): readonly SilentNode[] {
  if (builder.kind === 'create' || found.name !== builder.name) return []
  return found.nodes.flatMap(({ endpoint, silence: problem }) => (problem === undefined ? [] : [{ endpoint, problem }]))
}

/** Returns the private keys that authenticate this step to the nodes of a builder. */
function keysOf(builder: PlannedBuilder): NonNullable<PlannedEngine['secrets']> {
  if (builder.kind !== 'create') return []
  return [builder.tls, ...builder.append.map((node) => node.tls)].flatMap((tls, number) =>
    tls?.own === undefined ? [] : [{ role: `the private key for node ${number} of the builder`, secret: tls.own.key }],
  )
}

/** Driver options can be variables with passwords, and a configuration can contain secrets. */
export function describeBuildx(spec: BuildxSpec): unknown {
  const { builder } = spec
  if (builder.kind !== 'create') return spec
  const driverOpts = builder.driverOpts.map((option) => option.replace(/=.*/s, '=…'))
  const config = builder.config?.kind === 'inline' ? { kind: 'inline' } : builder.config
  const append = builder.append.map(({ endpoint, platforms }) => ({ endpoint, platforms }))
  return { ...spec, builder: { ...builder, driverOpts, config, append, tls: builder.tls && '…' } }
}

/** Whether the user has an entry for the same host. */
function isGiven(entry: string, addHosts: readonly string[]): boolean {
  const [name = ''] = entry.split(':')
  return addHosts.some((host) => host.startsWith(`${name}:`) || host.startsWith(`${name}=`))
}

function nativesOf(planned: PlannedBuilder, found: Builder, server: DockerServer | undefined): readonly string[] {
  if (planned.kind === 'create' && (planned.append.length > 0 || isElsewhere(planned, server)))
    return declaredOf(planned)
  if (planned.kind === 'existing' && planned.name === found.name && found.natives.length > 0) return found.natives
  return server && traitsOf(planned.driver).runs !== 'elsewhere' ? [`${server.os}/${server.architecture}`] : []
}

/**
 * Returns the platforms that the user declares for the nodes; empty if a node without a declaration exists, because it
 * reports its own when it boots.
 */
function declaredOf({ platforms, append }: Extract<PlannedBuilder, { kind: 'create' }>): readonly string[] {
  const nodes = [platforms, ...append.map((node) => node.platforms)]
  return nodes.some((declared) => declared.length === 0) ? [] : nodes.flat().map(formatPlatform)
}

/** Whether a builder is created in a daemon other than the one of this machine. */
function isElsewhere(
  { endpoint }: Extract<PlannedBuilder, { kind: 'create' }>,
  server: DockerServer | undefined,
): boolean {
  return endpoint !== undefined && endpoint !== server?.endpoint.host && endpoint !== server?.endpoint.context
}

/**
 * Whether the builder is the daemon's own or, as far as is known, runs in it: a builder of another context has the name
 * of the context.
 */
function isIn(server: DockerServer | undefined, builder: PlannedBuilder): boolean {
  const { runs } = traitsOf(builder.driver)
  if (builder.kind === 'create' && (builder.append.length > 0 || isElsewhere(builder, server))) return false
  if (runs !== 'in-daemon') return runs === 'on-daemon'
  return builder.kind === 'create' || builder.name === server?.endpoint.context
}

function describe(server: DockerServer | undefined, builder: PlannedBuilder): string {
  const daemon = server
    ? `Docker ${server.version} from ${server.endpoint.because} at ${server.endpoint.host}, ${server.store} image store`
    : 'no daemon'
  const name = builder.kind === 'create' ? 'new builder' : `builder ${builder.name}`
  return `${daemon}; ${name}, driver ${builder.driver}: ${builder.because}`
}

function cannotDropLayers(): ActionError {
  return new ActionError('feature-missing', 'The engine buildx cannot leave out layers of a base (drop-layers)', {
    hint: 'The engine embedded can: leave `engine` empty, or set it to embedded.',
  })
}

/** Returns the cluster of a builder that this step creates; a builder that exists may be in another one. */
function podsOf(builder: PlannedBuilder): PlannedContainers | undefined {
  if (builder.kind !== 'create' || builder.driver !== 'kubernetes' || builder.endpoint !== undefined) return undefined
  return planSmokePods(builder)
}
