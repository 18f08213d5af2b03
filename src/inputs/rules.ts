import { type DriverTraits, drivers, traitsOf } from '../engine/drivers.ts'
import { emulatedPlatforms } from '../oci/emulators.ts'
import { formatRepository } from '../oci/reference.ts'
import type { Platform } from '../oci/types.ts'
import type { BuildkitdConfig, Emulators, Inputs, Mirror } from './inputs.ts'
import { mirroredReferences } from './mirrors.ts'
import { readPlatforms } from './platforms.ts'
import { type ListItem, parseList } from './read/list.ts'
import { didYouMean, quote, type Read, type ReportProblem } from './read/problem.ts'

/** Reads `buildkitd-config` or its inline variant, at most one of them. */
export function readBuildkitdConfig(
  path: string | undefined,
  text: string | undefined,
  report: ReportProblem,
): BuildkitdConfig | undefined {
  if (path !== undefined && text !== undefined) {
    report('buildkitd-config-inline', 'cannot be given together with buildkitd-config')
  }
  if (path !== undefined) return { kind: 'file', path }
  return text === undefined ? undefined : { kind: 'inline', text }
}

/** The image is only used if emulators may be installed. It is missing only if it was invalid. */
export function readEmulators(
  asked: 'off' | readonly Platform[] | undefined,
  image: string | undefined,
  mirrors: readonly Mirror[],
): Emulators {
  if (asked === 'off' || image === undefined) return 'off'
  return { images: mirroredReferences(image, mirrors), asked: asked ?? [] }
}

/**
 * Reads the emulators to install: `auto` adds none to those that are needed, `all` adds all supported ones; otherwise a
 * list of platforms.
 */
export function readAskedEmulators(text: string): Read<'off' | readonly Platform[]> {
  if (text === 'off') return { value: 'off' }
  if (text === 'auto') return { value: [] }
  if (text === 'all') return { value: emulatedPlatforms }
  const problems: string[] = []
  const platforms = readPlatforms(parseList('list', text).items, (problem) => problems.push(problem))
  const [problem] = problems
  if (problem === undefined) return { value: platforms }
  return { problem: `expected auto, off, all or platforms; ${problem}${didYouMean(text, ['auto', 'off', 'all'])}` }
}

/** Checks that a push has a name, and that each name has a tag. `tagItems` are the source of `tags`. */
export function checkNames(
  { images, tags, push: asked }: Inputs,
  tagItems: readonly ListItem[],
  report: ReportProblem,
): void {
  // An automatic push is skipped if there is no name.
  const push = asked === true
  if (push && tags.length > 0 && tags.every(({ enabled }) => !enabled)) {
    const ofRule = tags.some((tag) => tag.kind === 'tag' && tag.tag === '')
    report('tags', `there is no tag to push: ${ofRule ? 'no rule gives one for this event' : 'none is enabled'}`)
  }
  const wholes = tags.flatMap((tag) => (tag.kind === 'reference' ? [formatRepository(tag.reference)] : []))
  const named = new Set(wholes)
  if (images.length === 0) {
    if (push && tags.length === 0) report('push', 'there is no image name to push to: set images')
    for (const tag of push ? tags : []) {
      // From a rule; without images, all others were read as full references.
      if (tag.kind === 'tag' && tag.enabled) report('tags', `${quote(tag.tag)} has no image name: set images`)
    }
    for (const { text, line } of push ? tagItems : []) {
      // Docker would interpret it as the name of an official image, to which hardly anyone has push access.
      if (named.has(`docker.io/library/${text.toLowerCase()}`)) {
        report('tags', `${quote(text)} has no image name: set images, or write name:tag`, line)
      }
    }
    return
  }
  if (tags.length === 0 || wholes.length < tags.length) return
  for (const name of images.map(formatRepository)) {
    if (!named.has(name)) report('tags', `no tag is for ${name} of images, all are for other names`)
  }
}

/** Reports inputs for creating a builder if an existing one, or the daemon's own, is used. */
export function checkBuilder(
  { builder, driver, driverOpts, endpoint, buildkitdConfig, buildkitdFlags, nodePlatforms, append, keepState }: Inputs,
  report: ReportProblem,
): void {
  const config = buildkitdConfig && (buildkitdConfig.kind === 'file' ? 'buildkitd-config' : 'buildkitd-config-inline')
  const flags = buildkitdFlags === undefined ? undefined : 'buildkitd-flags'
  const given = [
    driver === undefined ? undefined : 'driver',
    driverOpts.length === 0 ? undefined : 'driver-opts',
    endpoint === undefined ? undefined : 'endpoint',
    config,
    flags,
    nodePlatforms.length === 0 ? undefined : 'node-platforms',
    append.length === 0 ? undefined : 'append',
  ] as const
  for (const name of given) {
    if (name === undefined) continue
    if (builder !== undefined)
      report(name, 'is for a builder that this step creates, but builder names an existing one')
    else if (driver !== undefined && !drivers[driver].made && name !== 'driver')
      report(name, `has no effect on the ${driver} driver, the daemon's own`)
  }
  if (driver === undefined && builder === undefined && append.length > 0) {
    report('append', 'adds nodes to a new builder, which also requires driver')
  }
  if (driver !== undefined && drivers[driver].made && !drivers[driver].takesGrants) {
    const nodeFlags = append.some((node) => node.buildkitdFlags !== undefined) ? 'append' : undefined
    for (const name of [config, flags, nodeFlags] as const) {
      if (name !== undefined)
        report(name, `the driver ${driver} does not start BuildKit, so it has no flags or configuration`)
    }
  }
  // Nodes of one cluster differ by their options.
  if (driver === undefined || !traitsOf(driver).inCluster) checkNodes({ endpoint, append }, report)
  if (keepState !== undefined) checkKeepState(keepState, driver, report)
  if (driver === undefined && builder === undefined && endpoint !== undefined) {
    report('endpoint', 'is the endpoint of a new builder, which also requires driver')
  }
  if (driver !== undefined && drivers[driver].needsEndpoint && endpoint === undefined) {
    report('endpoint', `is required for the driver ${driver}: the address of a buildkitd, such as tcp://host:1234`)
  }
}

/** A name that buildx accepts for a node. */
const nodeName = /^[a-zA-Z][a-zA-Z0-9._-]*$/

/** Reports nodes with the same address or name, which buildx treats as one node, and names that it rejects. */
function checkNodes({ endpoint, append }: Pick<Inputs, 'endpoint' | 'append'>, report: ReportProblem): void {
  const seen = new Set(endpoint === undefined ? [] : [endpoint])
  const names = new Set<string>()
  for (const node of append) {
    if (node.name !== undefined) {
      if (!nodeName.test(node.name))
        report('append', `name: expected a letter, then letters, digits, ".", "_" and "-", found ${quote(node.name)}`)
      if (names.has(node.name)) report('append', `there are two nodes with the name ${quote(node.name)}`)
      names.add(node.name)
    }
    if (node.endpoint === undefined) continue
    if (seen.has(node.endpoint)) report('append', `there are two nodes at ${quote(node.endpoint)}`)
    seen.add(node.endpoint)
  }
}

function checkKeepState({ name }: { readonly name: string }, driver: Inputs['driver'], report: ReportProblem): void {
  const keeping = Object.entries<DriverTraits>(drivers).flatMap(([kind, { keepsState }]) => (keepsState ? [kind] : []))
  if (driver === undefined || !keeping.includes(driver)) report('keep-state', `needs driver: ${keeping.join(' or ')}`)
  if (name === '') report('keep-state', 'requires builder: a name that is the same in each run')
  else if (!/^[a-z0-9][a-z0-9_-]{0,60}$/.test(name)) {
    report(
      'builder',
      `expected lowercase letters, digits, "-" and "_" in the name of a new builder, found ${quote(name)}`,
    )
  }
}
