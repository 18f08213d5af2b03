import coerce from 'semver/functions/coerce.js'
import valid from 'semver/functions/valid.js'
import type { Attributes, ContextInput } from '../inputs.ts'
import { cutCredentials } from '../url-credentials.ts'
import { parseList } from './list.ts'
import { didYouMean, quote, type Read } from './problem.ts'

/** Reads a boolean of YAML 1.2's core schema, like `core.getBooleanInput`: true, True, TRUE, false, False, FALSE. */
export function readBoolean(text: string): Read<boolean> {
  if (/^(?:true|True|TRUE)$/.test(text)) return { value: true }
  if (/^(?:false|False|FALSE)$/.test(text)) return { value: false }
  return { problem: `expected true or false, found ${quote(text)}${didYouMean(text, ['true', 'false'])}` }
}

/** Reads `true`, `false` or `auto`. */
export function readPush(text: string): Read<boolean | 'auto'> {
  if (text === 'auto') return { value: 'auto' }
  const read = readBoolean(text)
  if ('value' in read) return read
  return { problem: `expected true, false or auto, found ${quote(text)}${didYouMean(text, ['true', 'false', 'auto'])}` }
}

/** Reads a number of retries; `false` is 0. */
export function readRetries(text: string): Read<number> {
  if (/^(?:false|False|FALSE)$/.test(text)) return { value: 0 }
  if (/^\d{1,2}$/.test(text)) return { value: Number(text) }
  return { problem: `expected a number from 0 to 99, or false, found ${quote(text)}` }
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 }

/** Returns the milliseconds of a duration such as `45m`, `1h30m` or `90s`. */
export function readDuration(text: string): Read<number> {
  const parts = [...text.slice(0, 100).matchAll(/(\d+(?:\.\d+)?)([hms])/g)]
  const total = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0)
  if (parts.map(([all]) => all).join('') === text && total > 0) return { value: total }
  return { problem: `expected a duration such as 45m, 1h30m or 90s, found ${quote(text)}` }
}

/** Reads one of a few values. */
export function readChoice<const T extends string>(text: string, choices: readonly T[]): Read<T> {
  const value = choices.find((choice) => choice === text)
  if (value !== undefined) return { value }
  return { problem: `expected one of ${choices.join(', ')}, found ${quote(text)}${didYouMean(text, choices)}` }
}

/** Reads a non-negative integer. */
export function readCount(text: string): Read<number> {
  if (/^\d{1,4}$/.test(text)) return { value: Number(text) }
  return { problem: `expected a whole number from 0 on, found ${quote(text)}` }
}

/** Reads a version of one to three parts, with or without `v`, and completes it to `major.minor.patch`. */
export function readVersion(text: string): Read<string> {
  const plain = /^v?\d{1,9}(?:\.\d{1,9}){0,2}$/.test(text) ? coerce(text)?.version : valid(text)
  if (plain) return { value: plain }
  return { problem: `expected a version such as 24, 24.0 or 24.0.7, found ${quote(text)}` }
}

/**
 * Reads `false`, `true`, or attributes as CSV (`mode=max,version=v1`), as in docker/build-push-action, or one of
 * `modes` alone. `disabled=true` means `false`.
 */
export function readAttestation(text: string, modes: readonly string[]): Read<Attributes | undefined> {
  const { items, unclosedQuote } = parseList('list', text)
  if (unclosedQuote !== undefined) return { problem: 'a quote is not closed' }
  const [only = ''] = items.map((item) => item.text)
  if (items.length === 1 && !only.includes('=')) {
    if (modes.includes(only)) return { value: { mode: only } }
    const on = readBoolean(only)
    if ('value' in on) return { value: on.value ? {} : undefined }
  }
  const accepted = ['true', 'false', ...modes]
  const pairs: [string, string][] = []
  for (const { text: item } of items) {
    const { key, value } = splitPair(item)
    if (!key || value === null) {
      return {
        problem: `expected ${accepted.join(', ')} or key=value attributes, found ${quote(item)}${didYouMean(item, accepted)}`,
      }
    }
    pairs.push([key, value])
  }
  const { disabled = 'false', ...attributes } = Object.fromEntries(pairs)
  const { mode } = attributes
  if (mode !== undefined && modes.length > 0 && !modes.includes(mode)) {
    return { problem: `expected the mode ${modes.join(' or ')}, found ${quote(mode)}${didYouMean(mode, modes)}` }
  }
  const off = readBoolean(disabled)
  if ('problem' in off) return { problem: `disabled: ${off.problem}` }
  return { value: off.value ? undefined : attributes }
}

/** Reads a directory, a URL for the builder to fetch, or `{{defaultContext}}[:directory]`. */
export function readContext(given: string): Read<ContextInput> {
  const { url: text, credentials } = cutCredentials(given)
  const template = /^\{\{\s*defaultContext\s*\}\}(?::(.*))?$/.exec(text)
  if (template !== null) return { value: { kind: 'default-git', subdir: template[1] || undefined } }
  if (text.includes('{{')) {
    return {
      problem: `the only template is {{defaultContext}}, optionally followed by :directory, found ${quote(text)}`,
    }
  }
  if (text === '-')
    return { problem: 'expected a directory or a URL; "-" is not supported, because a step has no standard input' }
  // What buildx treats as remote: https://docs.docker.com/build/concepts/context/#remote-context
  const remote = /^(?:https?|git|ssh):\/\/|^git@|^github\.com\//.test(text)
  if (!remote) return { value: { kind: 'path', path: text } }
  if (/^(?:ssh|git):\/\/[^/:]*:[^/]*@/.test(text)) {
    return { problem: 'expected a URL without a password: only http and https take one; use the input ssh for keys' }
  }
  return { value: { kind: 'git', url: text, ...(credentials === undefined ? {} : { credentials }) } }
}

/** Reads the path of a Dockerfile. */
export function readFile(text: string): Read<string> {
  if (text === '-') return { problem: 'expected a path; "-" is not supported, because a step has no standard input' }
  if (cutCredentials(text).credentials !== undefined) {
    return { problem: 'expected a URL without user and password; download the Dockerfile in an earlier step' }
  }
  return { value: text }
}

/** Splits at the first `=`. The value is verbatim; `null` if there is no `=`. */
export function splitPair(text: string): { readonly key: string; readonly value: string | null } {
  const at = text.indexOf('=')
  return at < 0 ? { key: text, value: null } : { key: text.slice(0, at), value: text.slice(at + 1) }
}
