import { drivers } from '../engine/drivers.ts'
import { formatRepository } from '../oci/reference.ts'
import type { BuildkitdConfig, Emulators, Inputs } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import { quote, type ReportProblem } from './read/problem.ts'

/** One of both, or none. */
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

/** The image counts only where emulators may be set up. It is missing only where it was wrong. */
export function readEmulators(choice: 'auto' | 'off' | undefined, image: string | undefined): Emulators {
  return choice === 'off' || image === undefined ? 'off' : { image }
}

/** A push has a name to go to, and each name has a tag. `tagItems` are the entries that `tags` was read from. */
export function checkNames(
  { images, tags, push: asked }: Inputs,
  tagItems: readonly ListItem[],
  report: ReportProblem,
): void {
  // What is pushed by itself is not pushed where there is no name.
  const push = asked === true
  if (push && tags.length > 0 && tags.every(({ enabled }) => !enabled)) {
    const ofRule = tags.some((tag) => tag.kind === 'tag' && tag.tag === '')
    report('tags', `there is no tag to push: ${ofRule ? 'no rule gives one for this event' : 'none is enabled'}`)
  }
  const wholes = tags.flatMap((tag) => (tag.kind === 'reference' ? [formatRepository(tag.reference)] : []))
  const named = new Set(wholes)
  if (images.length === 0) {
    if (push && tags.length === 0) report('push', 'there is no name to push to: give images')
    for (const tag of push ? tags : []) {
      // Of a rule; without images all others were read as whole references.
      if (tag.kind === 'tag' && tag.enabled) report('tags', `${quote(tag.tag)} has no name to go with: give images`)
    }
    for (const { text, line } of push ? tagItems : []) {
      // Docker would take it for a name of its official images, which nearly nobody may push to.
      if (named.has(`docker.io/library/${text.toLowerCase()}`)) {
        report('tags', `${quote(text)} has no name to go with: give images, or write name:tag`, line)
      }
    }
    return
  }
  if (tags.length === 0 || wholes.length < tags.length) return
  for (const name of images.map(formatRepository)) {
    if (!named.has(name)) report('tags', `there is none for ${name} of images, all are for other names`)
  }
}

/** What describes a builder to be made is of no use with one that exists, or with the daemon's own. */
export function checkBuilder(
  { builder, driver, driverOpts, endpoint, buildkitdConfig }: Inputs,
  report: ReportProblem,
): void {
  const given = [
    driver === undefined ? undefined : 'driver',
    driverOpts.length === 0 ? undefined : 'driver-opts',
    endpoint === undefined ? undefined : 'endpoint',
    buildkitdConfig && (buildkitdConfig.kind === 'file' ? 'buildkitd-config' : 'buildkitd-config-inline'),
  ] as const
  for (const name of given) {
    if (name === undefined) continue
    if (builder !== undefined) report(name, 'is for a builder that this step makes, and builder names one that exists')
    else if (driver !== undefined && !drivers[driver].made && name !== 'driver')
      report(name, `has no effect on the ${driver} driver, the daemon's own`)
  }
  if (driver === undefined && builder === undefined && endpoint !== undefined) {
    report('endpoint', 'says where a builder is, but not of which kind: give driver too')
  }
  if (driver !== undefined && drivers[driver].needsEndpoint && endpoint === undefined) {
    report('endpoint', `is needed for the driver ${driver}: the address of a buildkitd, such as tcp://host:1234`)
  }
}
