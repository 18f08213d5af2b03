import { sanitizeTag } from '../oci/reference.ts'
import type { Expand } from './expressions.ts'
import type { Flavor } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote } from './read/problem.ts'
import { splitPair } from './read/value.ts'

/** The flavor if the input is empty. */
export const plainFlavor: Flavor = {
  latest: 'auto',
  prefix: '',
  suffix: '',
  prefixOnLatest: false,
  suffixOnLatest: false,
  perCommit: false,
}

const names = ['latest', 'prefix', 'suffix', 'onlatest']

/**
 * Reads the entries of `flavor`: `latest=auto`, `prefix=a-`, `suffix=-b,onlatest=true`, in lines as in
 * docker/metadata-action.
 */
export function readFlavor(items: readonly ListItem[], expand: Expand, report: ReportLine): Flavor {
  let flavor = plainFlavor
  let last: { readonly line: number; readonly name: 'prefix' | 'suffix' } | undefined
  for (const { text, line } of items) {
    const { key, value } = splitPair(text)
    const name = key.trim().toLowerCase()
    if (value === null || !names.includes(name)) {
      report(`expected an attribute of ${names.join(', ')}, found ${quote(text)}${didYouMean(name, names)}`, line)
      continue
    }
    const expanded = expand(value.trim())
    if ('problem' in expanded) {
      report(`${name}: ${expanded.problem}`, line)
      continue
    }
    const given = expanded.value.text
    if (name === 'prefix' || name === 'suffix') {
      last = { line, name }
      flavor = { ...flavor, [name]: given, perCommit: flavor.perCommit || expanded.value.uses.has('sha') }
      continue
    }
    const word = given.toLowerCase()
    if (name === 'latest') {
      if (word !== 'auto' && word !== 'true' && word !== 'false') {
        report(`latest: expected auto, true or false, found ${quote(given)}`, line)
      } else flavor = { ...flavor, latest: word === 'auto' ? 'auto' : word === 'true' }
    } else if (word !== 'true' && word !== 'false') {
      report(`onlatest: expected true or false, found ${quote(given)}`, line)
    } else if (last?.line !== line) {
      report('onlatest needs a prefix or suffix before it, such as suffix=-alpine,onlatest=true', line)
    } else flavor = { ...flavor, [`${last.name}OnLatest`]: word === 'true' }
  }
  return flavor
}

/**
 * Returns a tag with the flavor's prefix and suffix, or with the given ones; "" if none of its characters is valid in a
 * tag.
 */
export function withFlavor(tag: string, { prefix, suffix }: Pick<Flavor, 'prefix' | 'suffix'>): string {
  return sanitizeTag(`${prefix}${tag}${suffix}`)
}

/** Returns the name of `latest` with its prefix and suffix. */
export function latestName({ prefix, suffix, prefixOnLatest, suffixOnLatest }: Flavor): string {
  return withFlavor('latest', { prefix: prefixOnLatest ? prefix : '', suffix: suffixOnLatest ? suffix : '' })
}
