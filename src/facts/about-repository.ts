import { member } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'

/**
 * What GitHub says of a repository. An empty text means that it has none, undefined that the answer does not say. Every text is
 * one short line: it goes into labels, and a description may be written by anyone who may administer the repository.
 */
export type About = {
  /** The name without its owner. */
  readonly name?: string
  readonly url?: string
  readonly description?: string
  /** The SPDX identifier: `MIT`, `NOASSERTION` for a license that GitHub does not know. */
  readonly license?: string
}

/**
 * Reads the object `repository` of an event, or the API's answer, which has the same fields; anything else says nothing.
 * https://docs.github.com/rest/repos/repos#get-a-repository
 */
export function readAbout(repository: unknown): About {
  const name = textOf(member(repository, 'name'), /^[\w.-]{1,100}$/)
  const url = textOf(member(repository, 'html_url'), /^https?:\/\/[\w.:[\]-]{1,255}(?:\/[\w.-]{1,100}){2,9}$/)
  const description = toDescription(member(repository, 'description'))
  const license = toLicense(member(repository, 'license'))
  return {
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description }),
    ...(license === undefined ? {} : { license }),
  }
}

function textOf(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && value.length < limits.excerpt && pattern.test(value) ? value : undefined
}

function toDescription(value: unknown): string | undefined {
  if (value === null) return ''
  if (typeof value !== 'string') return undefined
  // One line: in the output `labels`, a second one would be read as a label of its own.
  const line = value
    .slice(0, 2 * limits.description)
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
  const characters = [...line.toWellFormed()]
  return characters.length <= limits.description
    ? characters.join('')
    : `${characters.slice(0, limits.description - 1).join('')}…`
}

function toLicense(value: unknown): string | undefined {
  if (value === null) return ''
  const spdx = member(value, 'spdx_id')
  return spdx === null ? '' : textOf(spdx, /^[\w.+-]{1,100}$/)
}

/** Milliseconds since 1970 of an ISO 8601 date, up to the year 9999; undefined for anything else. */
export function readTime(value: unknown): number | undefined {
  const text = textOf(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/)
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
