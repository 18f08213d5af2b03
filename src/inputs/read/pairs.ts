import { formatPlatform, parsePlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import type { ListItem } from './list.ts'
import { didYouMean, quote, readWith } from './problem.ts'
import { splitPair } from './value.ts'

/** Reports a problem of one line. */
export type ReportLine = (message: string, line?: number) => void

/**
 * Reads build arguments: `KEY=value`, or `KEY` alone (`null`). As in Docker, the last of several applies. Messages
 * never contain values.
 */
export function readBuildArgs(items: readonly ListItem[], report: ReportLine): Readonly<Record<string, string | null>> {
  const pairs: [string, string | null][] = []
  for (const { text, line } of items) {
    const { key, value } = splitPair(text)
    if (key === '') report('expected KEY=value or KEY, found nothing before "="', line)
    else if (/\s/.test(key)) {
      const multiline = value === null ? '; put a value of several lines in quotes, from before its key to its end' : ''
      report(`expected KEY=value or KEY, found whitespace in the key${multiline}`, line)
    } else pairs.push([key, value])
  }
  return Object.fromEntries(pairs)
}

/** Reads `key=value` with a non-empty key. As in Docker, the last of several applies. */
export function readLabels(items: readonly ListItem[], report: ReportLine): Readonly<Record<string, string>> {
  return Object.fromEntries(items.flatMap((item) => readPair(item, report)))
}

/** Like labels, but the prefix of a key must be supported by buildx and refer to one of `platforms`. */
export function readAnnotations(
  items: readonly ListItem[],
  platforms: readonly Platform[],
  report: ReportLine,
): Readonly<Record<string, string>> {
  const pairs = new Map<string, string>()
  for (const item of items) {
    for (const [key, value] of readPair(item, report)) {
      const problem = prefixProblem(key, platforms.map(formatPlatform))
      if (problem === undefined) {
        // A repeated key moves to the end, because its prefix may differ.
        pairs.delete(key)
        pairs.set(key, value)
      } else report(problem, item.line)
    }
  }
  return Object.fromEntries(pairs)
}

/** The variable with the annotation levels of docker/metadata-action. */
export const levelsVariable = 'DOCKER_METADATA_ANNOTATIONS_LEVELS'

/** Returns the levels in a text such as `manifest,index`, without duplicates; undefined if it has none. */
export function readAnnotationLevels(text: string, report: (message: string) => void): readonly string[] | undefined {
  const found = [...new Set(text.split(',').map((level) => level.trim()))].filter((level) => level !== '')
  const unknown = found.find((level) => !levels.includes(level))
  if (unknown === undefined) return found.length === 0 ? undefined : found
  report(
    `${levelsVariable}: expected levels of ${levels.join(', ')}, found ${quote(unknown)}${didYouMean(unknown, levels)}`,
  )
  return undefined
}

function readPair({ text, line }: ListItem, report: ReportLine): readonly (readonly [string, string])[] {
  const { key, value } = splitPair(text)
  if (key === '') report('expected key=value, found nothing before "="', line)
  else if (value === null) report(`expected key=value, found ${quote(text)} without "="`, line)
  else return [[key, value]]
  return []
}

// https://docs.docker.com/build/metadata/annotations/#specify-annotation-level
const levels = ['index', 'manifest', 'index-descriptor', 'manifest-descriptor']

function prefixProblem(annotation: string, platforms: readonly string[]): string | undefined {
  const colon = annotation.indexOf(':')
  if (colon < 0) return undefined
  if (colon === annotation.length - 1) return `expected a key after ${quote(annotation)}`
  for (const prefix of annotation.slice(0, colon).split(',')) {
    const [, level = prefix, platform] = /^([^[]*)\[([^\]]*)\]$/.exec(prefix) ?? []
    if (!levels.includes(level)) {
      return `expected a prefix of ${levels.join(', ')}, found ${quote(prefix)}${didYouMean(level, levels)}`
    }
    if (platform === undefined) continue
    if (level.startsWith('index'))
      return `an index has no platform: write ${quote(level)} without ${quote(`[${platform}]`)}`
    const read = readWith(platform, parsePlatform)
    if ('problem' in read) return read.problem
    const name = formatPlatform(read.value)
    if (platforms.length > 0 && !platforms.includes(name)) {
      return `${quote(prefix)} is for ${name}, which is not one of platforms (${platforms.join(', ')})`
    }
  }
  return undefined
}
