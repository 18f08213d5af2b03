import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { readFileLimitedSync } from '../../bounds/read-limited.ts'
import { recordTask } from '../../cleanup/cleanup.ts'
import { askDaemon, pathOf } from '../../docker/call-daemon.ts'
import { shortCall } from '../../docker/hanging-daemon.ts'
import { ActionError, type ErrorCode } from '../../errors/action-error.ts'
import { positional } from '../../host/exec/positional.ts'
import type { ExecResult, Log } from '../../host/host.ts'
import type { NodeInput } from '../../inputs/inputs.ts'
import { mirroredReferences } from '../../inputs/mirrors.ts'
import { writeRecord } from '../../inputs/read/record.ts'
import { deleteCommand } from '../../kubernetes/delete-command.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { retryBuild } from '../buildkit/retry-build.ts'
import { driverOptions } from '../driver-options.ts'
import { type Driver, traitsOf } from '../drivers.ts'
import { assignmentLines } from './assign-nodes.ts'
import { bootFailure } from './boot-failure.ts'
import type { Buildx } from './buildx.ts'
import type { PlannedBuilder } from './choose-builder.ts'
import { isClientLog, lastError } from './client-log.ts'
import { createNodes } from './create-nodes.ts'
import { createNamespaces } from './kubernetes/create-namespaces.ts'
import { contextEnvironment, type PodPlace, placePods } from './kubernetes/place-pods.ts'
import { type BootPlace, watchBoot } from './kubernetes/watch-boot.ts'
import { mirroredConfig } from './mirrored-config.ts'
import { writeCertificates } from './node-certificates.ts'
import { type PlannedOffer, plannedOffers } from './node-offers.ts'
import { settleNodes } from './settle-nodes.ts'
import { warnEmulated } from './warn-emulated.ts'

type Creation = Extract<PlannedBuilder, { kind: 'create' }>
type Making = Omit<Buildx, 'builder'>

/** Timeout for booting a builder, including the pull of its image (milliseconds). */
const bootTimeout = 600_000

/** buildx's default image for a builder in a container. */
const defaultImage = 'docker.io/moby/buildkit:buildx-stable-1'

/**
 * Creates and boots a builder for this step; a transient failure is retried. Its removal is recorded for clean-up
 * first. Its image is pulled from the mirrors of its registry, one after another, then from the registry.
 *
 * @returns its name
 * @throws ActionError `engine-failed` if it does not boot
 */
export async function createBuilder(making: Making, planned: Creation): Promise<string> {
  const {
    run: { host },
    spec: { program },
    env,
    retries,
  } = making
  const keptAs = planned.keptAs !== undefined && !(await isTaken(making, planned)) ? planned.keptAs : undefined
  const name = keptAs ?? making.name
  const nodes = nodesOf(planned, host.tempDir)
  const options = nodes[0]?.options ?? []
  const keep = keptAs === undefined ? {} : { keepState: true as const }
  const places = planned.driver === 'kubernetes' ? await placePods(nodes, { builder: name, host }) : []
  const bootPlaces = places.filter(isWatched)
  // A name that the user gives may be that of another builder.
  const own = bootPlaces.filter(({ deployment }) => deployment.startsWith(name))
  const others = places.filter((place) => !own.some(({ deployment }) => deployment === place.deployment))
  const byHand = others.length > 0 ? podsByHand(others) : containersByHand(planned.driver, name, keptAs !== undefined)
  const isInCluster = places.length > 0 && others.length === 0
  const task = {
    kind: 'builder',
    ...{ name, buildx: program, env, ...keep, byHand },
    ...(isInCluster ? { isInCluster } : {}),
  } as const
  await createNamespaces(bootPlaces, host)
  for (const { deployment, namespace, cluster } of own) {
    const { server, context } = cluster
    recordTask(host.tempDir, { kind: 'deployment', name: deployment, namespace, server, context })
  }
  recordTask(host.tempDir, task)
  const config = configArguments(planned, host)
  const removal = ['rm', '--force', ...(keptAs === undefined ? [] : ['--keep-state']), name]

  const watched = { places: bootPlaces, waitsForNodes: optionOf(options, 'timeout') !== undefined }

  const offers = plannedOffers(planned, making.spec.server)
  // A builder of one node is booted as it is created, and the nodes of a cluster are monitored.
  const settles = nodes.length > 1 && !traitsOf(planned.driver).inCluster
  const onStderrLine = (line: string) => (isClientLog(line) ? host.log.debug(line) : host.log.info(line))

  const argumentsOf = (node: Node, image: string | undefined, call: { isFirst: boolean; boots: boolean }) => {
    const configured = config.length === 0 ? node : withConfig(node, planned.driver)
    const withMirror = withImage(configured, image, optionOf(options, 'image'))
    return createArguments(planned.driver, withMirror, { name, config, ...call })
  }

  /** Creates the nodes one after another; the last call boots them. */
  const createAndBoot = async (image: string | undefined): Promise<ExecResult> => {
    for (const [index, node] of nodes.entries()) {
      const isLast = index === nodes.length - 1
      const args = argumentsOf(node, image, { isFirst: index === 0, boots: isLast })
      const ofContext = planned.driver === 'kubernetes' ? await contextEnvironment(node.endpoint, host) : {}
      const call = (signal: AbortSignal) =>
        host.exec(program, args, { env: { ...env, ...ofContext }, timeout: bootTimeout, onStderrLine, signal })
      const result = await (isLast ? watchBoot(watched, host, call) : call(host.signal))
      if (!result.ok || isLast) return result
    }
    throw new ActionError('internal', 'The builder has no node')
  }

  /** Creates the nodes, and boots those that respond. */
  const createAndSettle = async (image: string | undefined): Promise<ExecResult> => {
    const creations = nodes.map((node, index) => ({
      offer: offers[index] as PlannedOffer,
      // buildx numbers the nodes of a builder.
      args: argumentsOf({ ...node, name: node.name ?? `${name}${index}` }, image, { isFirst: true, boots: false }),
      options: Object.fromEntries(node.options.map((option) => splitOption(option))),
    }))
    const stored = { program, builder: name, env }
    const { lost, silent, failed } = await createNodes(creations, stored, host, onStderrLine)
    if (failed !== undefined) return failed
    const platforms = making.build.platforms.map(formatPlatform)
    const assignments = await settleNodes(
      {
        ...stored,
        silent,
        platforms,
        optional: making.run.plan.optionalPlatforms.map(formatPlatform),
        planned: offers,
        isPlanned: (making.run.plan.engine.nodes ?? []).length > 0,
      },
      host,
      lost,
    )
    const args = ['inspect', '--bootstrap', ...positional(name)]
    const booted = await host.exec(program, args, { env, timeout: bootTimeout, onStderrLine })
    if (assignments !== undefined) Object.assign(making.nodes, { assignments, lines: assignmentLines(assignments) })
    if (booted.ok) warnEmulated(assignments ?? [], making.run)
    return booted
  }

  /** Removes a builder that did not boot: it exists nevertheless, and its name is taken. */
  const remove = async (): Promise<void> => {
    const removed = await host.exec(program, removal, { env, timeout: shortCall })
    // buildx also forgets a builder that it failed to remove: asked again, it reports that there is no such builder.
    if (!removed.ok && !isInCluster && !/no builder/i.test(removed.stderr))
      recordTask(host.tempDir, { ...task, forgotten: true })
  }

  const attempt = async (image: string | undefined): Promise<string> => {
    try {
      const create = settles ? createAndSettle : createAndBoot
      const result = await host.log.group(`Create a ${planned.driver} builder`, () => create(image))
      if (result.ok) return name
      const found = lastError(result.stderr)
      throw bootFailure(planned.driver, found, image === undefined ? options : [`image=${image}`, ...options])
    } catch (error) {
      // The clean-up of a cancelled run removes it.
      if (!host.signal.aborted) await remove()
      throw error
    }
  }
  const images = imagesOf(planned, options)
  return retryBuild(() => firstOf(images, attempt, host.log), retries, host)
}

/** Failures that another mirror may not have: it is down, denies access or lacks the image. */
const ofImage: readonly ErrorCode[] = [
  'engine-failed',
  'image-not-found',
  'registry-unreachable',
  'registry-unavailable',
  'registry-denied',
]

async function firstOf(
  images: readonly (string | undefined)[],
  attempt: (image: string | undefined) => Promise<string>,
  log: Log,
): Promise<string> {
  const [image, ...others] = images
  if (others.length === 0) return await attempt(image)
  try {
    return await attempt(image)
  } catch (error) {
    if (!(error instanceof ActionError) || !ofImage.includes(error.code)) throw error
    log.info(`${error.message}; trying the next mirror`)
    return await firstOf(others, attempt, log)
  }
}

/**
 * The images that the daemon pulls, one after another; undefined is the image of the options, or the default of buildx.
 */
function imagesOf({ driver, mirrors }: Creation, options: readonly string[]): readonly (string | undefined)[] {
  // The nodes of a cluster pull images themselves.
  if (traitsOf(driver).runs !== 'on-daemon') return [undefined]
  const all = mirroredReferences(optionOf(options, 'image') ?? defaultImage, mirrors)
  return [...all.slice(0, -1), undefined]
}

/** A node in buildx's terms. */
export type Node = Pick<NodeInput, 'name' | 'endpoint' | 'platforms'> & {
  readonly options: readonly string[]
  readonly flags: string
}

function nodesOf(planned: Creation, tempDir: string): readonly Node[] {
  const { driver, driverOpts, endpoint, platforms, tls, flags, grants } = planned
  const first = { name: undefined, endpoint, platforms, driverOpts, tls, buildkitdFlags: flags }
  return [first, ...planned.append].map((node, number) => {
    const options = driverOptions(driver, node.driverOpts)
    const certificates = writeCertificates(node.tls, { number, tempDir })
    const isNew = (option: string) => optionOf(options, option.split('=', 1)[0] ?? '') === undefined
    return {
      name: node.name,
      endpoint: node.endpoint,
      platforms: node.platforms,
      options: [...options, ...certificates.filter(isNew)],
      flags: flagsOf(node.buildkitdFlags, grants),
    }
  })
}

function flagsOf(given = '', grants: readonly string[] = []): string {
  const added = grants.filter((grant) => !given.includes(grant)).map((grant) => `--allow-insecure-entitlement=${grant}`)
  return [...(given === '' ? [] : [given]), ...added].join(' ')
}

/**
 * Returns a node whose BuildKit reads the configuration of the builder: buildx puts it where a rootless one does not look. Otherwise without flags, the node
 * keeps the one that buildx sets by default. https://github.com/docker/buildx/issues/4080
 */
function withConfig(node: Node, driver: Driver): Node {
  const isRootless = /^(?:1|t|true)$/i.test(optionOf(node.options, 'rootless') ?? '')
  if (!traitsOf(driver).inCluster || !isRootless || /(?:^|\s)--config\b/.test(node.flags)) return node
  const flags = node.flags === '' ? '--allow-insecure-entitlement=network.host' : node.flags
  return { ...node, flags: `--config=/etc/buildkit/buildkitd.toml ${flags}` }
}

/** Returns a node whose image, if it is that of the first node, comes from a mirror. */
function withImage(node: Node, image: string | undefined, first: string | undefined): Node {
  if (image === undefined || optionOf(node.options, 'image') !== first) return node
  return { ...node, options: [...node.options.filter((option) => !option.startsWith('image=')), `image=${image}`] }
}

/**
 * Returns the arguments of `docker-buildx` that create a builder or add a node to it; a call can boot all nodes.
 */
export function createArguments(
  driver: Driver,
  { name: node, endpoint, platforms, options, flags }: Node,
  call: {
    readonly name: string
    readonly config: readonly string[]
    readonly isFirst: boolean
    readonly boots: boolean
  },
): readonly string[] {
  const { name, config, isFirst, boots } = call
  return [
    'create',
    ...['--name', name],
    ...['--driver', driver],
    ...(isFirst ? [] : ['--append']),
    ...(node === undefined ? [] : ['--node', node]),
    ...(platforms.length === 0 ? [] : ['--platform', platforms.map(formatPlatform).join(',')]),
    ...options.flatMap((option) => ['--driver-opt', writeRecord([option])]),
    ...config,
    ...(flags === '' ? [] : ['--buildkitd-flags', flags]),
    ...(boots ? ['--bootstrap'] : []),
    // The driver kubernetes has contexts of the kubeconfig in place of addresses, and takes none as an argument.
    ...(endpoint === undefined || driver === 'kubernetes' ? [] : positional(endpoint)),
  ]
}

/**
 * Whether a container of a builder that is kept is running: another job uses it, and would lose it when this step ends.
 * Two BuildKit instances cannot share its volume either.
 */
async function isTaken(
  { spec: { server }, run: { host } }: Making,
  { keptAs = '', endpoint }: Creation,
): Promise<boolean> {
  if (server === undefined || endpoint !== undefined) return false
  const container = `buildx_buildkit_${keptAs}0`
  const path = `/containers/${pathOf(container)}/json`
  // buildx reports a daemon that does not respond.
  const answer = await askDaemon(server, { method: 'GET', path }, host).catch(() => undefined)
  if (answer?.status !== 200 || !/"Running":\s*true/.test(answer.text)) return false
  host.log.warning(
    `The builder ${keptAs} is in use: its container ${container} runs. This step makes one without its build cache. If no other job uses it, remove it: docker rm --force ${container}`,
  )
  return true
}

/** Returns the command with which a user removes the container of a builder if buildx cannot; undefined if it has none. */
function containersByHand(driver: Driver, name: string, keepState: boolean): string | undefined {
  if (traitsOf(driver).runs !== 'on-daemon') return undefined
  const volume = keepState ? '' : ` && docker volume rm --force buildx_buildkit_${name}0_state`
  return `docker rm --force buildx_buildkit_${name}0${volume}`
}

/** Returns the commands with which a user removes the Deployments of a builder if buildx cannot. */
function podsByHand(places: readonly PodPlace[]): string {
  return places
    .map(({ deployment: name, namespace, cluster }) => deleteCommand({ name, namespace, context: cluster?.context }))
    .join(' && ')
}

function isWatched(place: PodPlace): place is BootPlace {
  return place.cluster !== undefined && place.namespace !== undefined
}

function splitOption(option: string): readonly [name: string, value: string] {
  const [name = ''] = option.split('=', 1)
  return [name, option.slice(name.length + 1)]
}

function optionOf(options: readonly string[], key: string): string | undefined {
  return options.find((option) => option.startsWith(`${key}=`))?.slice(key.length + 1)
}

/** Returns the configuration of BuildKit: that of the user, with the mirrors appended. */
function configArguments(
  { driver, config, mirrors }: Creation,
  { tempDir, runner }: Pick<Making['run']['host'], 'tempDir' | 'runner'>,
): readonly string[] {
  const ours = traitsOf(driver).takesGrants ? mirrors : []
  if (config === undefined && ours.length === 0) return []
  const given = config?.kind === 'inline' ? config.text : ''
  if (config?.kind === 'file' && ours.length === 0) return ['--buildkitd-config', config.path]
  const text = config?.kind === 'file' ? readFileLimitedSync(config.path, limits.configFile) : given
  const mirrored = mirroredConfig(text, ours)
  if (mirrored === undefined) {
    runner.notice(
      '`mirrors` is not added to the configuration of BuildKit, which has registries of its own: add the mirrors there',
    )
  }
  const path = join(tempDir, 'buildkitd.toml')
  writeFileSync(path, mirrored ?? text, { mode: 0o600 })
  return ['--buildkitd-config', path]
}
