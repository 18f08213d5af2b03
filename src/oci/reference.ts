import { ActionError } from '../errors/action-error.ts'
import { isDigest } from './digest.ts'
import type { Digest } from './types.ts'

/**
 * The location of images: `registry` is a host with an optional port (`docker.io` for Docker Hub), `repository` the
 * path on it.
 */
export type Repository = {
  readonly registry: string
  readonly repository: string
  /** The name as the user wrote it, if it differs: `acme/app` for `docker.io/acme/app`. Used in outputs and logs. */
  readonly written?: string
}

export type Reference = Repository & { readonly tag?: string; readonly digest?: Digest }

// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests and the grammar of
// https://pkg.go.dev/github.com/distribution/reference, which every engine uses.
const hostPattern =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[a-f0-9:]+\])(?::[0-9]+)?$/i
const componentPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/
const tagPattern = /^\w[\w.-]{0,127}$/
const longestName = 255

/**
 * Parses `[host[:port]/]path[:tag][@digest]` and completes it like Docker: the default host is `docker.io`, and a
 * single path component on it gets the prefix `library/`. Throws `input-invalid` that names the invalid part.
 */
export function parseReference(text: string): Reference {
  if (text === '') throw invalid(text, 'it is empty')
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw invalid(text, 'it begins with a scheme', `Write it without one: ${text.replace(/^.*?:\/\//, '')}.`)
  }
  const at = text.indexOf('@')
  const digest = at < 0 ? undefined : text.slice(at + 1)
  const { registry, rest } = splitHost(at < 0 ? text : text.slice(0, at))
  const colon = rest.lastIndexOf(':')
  const path = colon < 0 ? rest : rest.slice(0, colon)
  const tag = colon < 0 ? undefined : rest.slice(colon + 1)

  assertHost(text, registry)
  assertPath(text, path)
  if (tag !== undefined && !tagPattern.test(tag)) throw invalid(text, `the tag "${tag}" is not valid`, tagHint)
  if (digest !== undefined && !isDigest(digest)) throw invalid(text, `the digest "${digest}" is not valid`, digestHint)

  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path
  if (`${registry}/${repository}`.length > longestName) {
    throw invalid(text, `the name has more than ${longestName} characters`)
  }
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** Formats a repository in full: `ghcr.io/acme/app`, `docker.io/library/alpine`. */
export function formatRepository({ registry, repository }: Repository): string {
  return `${registry}/${repository}`
}

/** Formats a repository as the user wrote it: `acme/app`, where `formatRepository` returns `docker.io/acme/app`. */
export function showRepository(repository: Repository): string {
  return repository.written ?? formatRepository(repository)
}

/** Formats a reference with the name as the user wrote it: `acme/app:1.0`. */
export function showReference(reference: Reference): string {
  return formatReference(reference).replace(formatRepository(reference), showRepository(reference))
}

/** Formats a reference in full; `parseReference` of the text returns an equal one. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** Whether `text` is a valid tag. */
export function isTag(text: string): boolean {
  return tagPattern.test(text)
}

/**
 * Converts `text` to a valid tag: each run of invalid characters becomes one `-`, leading `.` and `-` are dropped, and
 * the result is truncated to 128 characters. "" if nothing is left.
 */
export function sanitizeTag(text: string): string {
  return text
    .replace(/[^a-zA-Z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 128)
}

const tagHint = 'A tag has at most 128 letters, digits, "_", "." and "-", and does not begin with "." or "-".'
const digestHint = 'A digest is "sha256:" and 64 lowercase hex digits.'

/** Splits off the host: the first part is a host if it has a dot or a port, or is `localhost`. */
function splitHost(name: string): { readonly registry: string; readonly rest: string } {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  if (!/[.:]/.test(first) && first !== 'localhost') return { registry: 'docker.io', rest: name }
  return { registry: first === 'index.docker.io' ? 'docker.io' : first, rest: name.slice(slash + 1) }
}

function assertHost(text: string, registry: string): void {
  // The grammar accepts hosts that are not valid in a URL, such as 1.2.3.400 and port 70000.
  if (!hostPattern.test(registry) || !URL.canParse(`https://${registry}`)) {
    throw invalid(text, `the registry "${registry}" is not a host name with an optional port`)
  }
}

function assertPath(text: string, path: string): void {
  if (/^[0-9a-f]{64}$/.test(path)) throw invalid(text, 'a name of 64 hex digits would be taken for an image ID')
  for (const component of path.split('/')) {
    if (componentPattern.test(component)) continue
    if (component === '') throw invalid(text, 'the name has an empty part')
    // Docker treats a first component with uppercase letters as a host; that is rarely intended, and fails as a DNS
    // error.
    if (componentPattern.test(component.toLowerCase())) {
      throw invalid(
        text,
        `"${component}" has uppercase letters`,
        `Use lowercase letters: ${text.replace(path, path.toLowerCase())}.`,
      )
    }
    throw invalid(
      text,
      `"${component}" is not a part of a name`,
      'Parts are lowercase letters and digits, joined by ".", "_", "__" or "-".',
    )
  }
}

function invalid(text: string, found: string, hint?: string): ActionError {
  return new ActionError(
    'input-invalid',
    `Invalid image reference "${text}": ${found}`,
    hint === undefined ? {} : { hint },
  )
}
