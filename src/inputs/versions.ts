import valid from 'semver/functions/valid.js'
import type { MinimumVersions } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote, type Read } from './read/problem.ts'
import { readVersion } from './read/value.ts'

/** The components whose versions are checked. */
const programs = ['buildx', 'buildkit', 'docker'] as const satisfies readonly (keyof MinimumVersions)[]

/** Reads `minimum-engine-version`: one version, for Docker, or `docker=…`, `buildx=…` and `buildkit=…`. */
export function readMinimumVersions(items: readonly ListItem[], report: ReportLine): MinimumVersions {
  const found: { -readonly [Name in keyof MinimumVersions]: MinimumVersions[Name] } = {}
  for (const { text, line } of items) {
    const at = text.indexOf('=')
    const name = at < 0 ? 'docker' : text.slice(0, at)
    const given = text.slice(at + 1)
    const program = programs.find((one) => one === name.trim())
    const version = readVersion(given.trim())
    if (program === undefined) {
      report(
        `expected one of ${programs.join(', ')} before "=", found ${quote(name)}${didYouMean(name, programs)}`,
        line,
      )
    } else if ('problem' in version) report(version.problem, line)
    else if (found[program] !== undefined) report(`${program} is given twice`, line)
    else found[program] = version.value
  }
  return found
}

/**
 * Reads `buildx-version`. Ranges would need a list of all releases, and a source needs a build: neither is supported.
 */
export function readBuildxVersion(text: string): Read<string> {
  if (text === 'latest') return { value: text }
  if (/^v?\d/.test(text) && text.length <= 64 && valid(text) !== null) {
    return { value: text.startsWith('v') ? text : `v${text}` }
  }
  const hint = /^(?:cloud|lab)(?::|$)/.test(text)
    ? '; the driver cloud is not supported'
    : /^(?:https?:|git@|refs\/)|[#]/.test(text)
      ? '; building buildx from its source is not supported'
      : didYouMean(text, ['latest'])
  return { problem: `expected latest or one version such as v0.29.1, found ${quote(text)}${hint}` }
}

/** Reads `buildx-mirror`, a URL with the same paths as https://github.com/docker/buildx/releases. */
export function readBuildxMirror(text: string): Read<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return { problem: `expected a URL that begins with https://, found ${quote(text)}` }
  }
  if (url.username !== '' || url.password !== '') return { problem: 'expected a URL without user and password' }
  if (url.search !== '' || url.hash !== '') return { problem: 'expected a URL without "?" and "#"' }
  return { value: url.href.replace(/\/$/, '') }
}
