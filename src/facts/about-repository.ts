import { member } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'

/**
 * A repository as described by GitHub. An empty text means that it is not set, undefined that the response lacks it. Every text is
 * one short line, because it becomes a label and any administrator of the repository can change it.
 */
export type About = {
  /** The name without the owner. */
  readonly name?: string
  readonly url?: string
  readonly description?: string
  /** The SPDX identifier: `MIT`, `NOASSERTION` for a license that GitHub does not know. */
  readonly license?: string
}

/**
 * Reads the `repository` object of an event, or the API's response, which has the same fields; other values give no fields.
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
  // One line, because a second line in the output `labels` would be read as another label.
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

/** Returns an ISO 8601 date up to the year 9999 in milliseconds since 1970; undefined for any other text. */
export function readTime(value: unknown): number | undefined {
  const text = textOf(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/)
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
