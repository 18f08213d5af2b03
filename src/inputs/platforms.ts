import { formatPlatform, parsePlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { quote, readWith } from './read/problem.ts'

/** Reads the part of `platforms` that one job builds. */
export function readShare(
  items: readonly ListItem[],
  platforms: readonly Platform[],
  report: ReportLine,
): readonly Platform[] {
  const names = platforms.map(formatPlatform)
  const isIn = (platform: Platform) => names.includes(formatPlatform(platform))
  return readPlatforms(
    items.filter((item) => {
      if (item.text.endsWith('?')) {
        report(`expected ${quote(item.text.slice(0, -1))} without "?": only platforms makes it optional`, item.line)
        return false
      }
      const read = readWith(item.text, parsePlatform)
      if ('problem' in read || isIn(read.value)) return true
      const name = formatPlatform(read.value)
      report(
        `${quote(name)} is not in platforms (${names.join(', ')}): platforms lists all platforms of the image`,
        item.line,
      )
      return false
    }),
    report,
  )
}

/** Maximum number of messages for one list of platforms. */
const mostProblems = 100

/**
 * Reads the platforms of the image. One that ends in `?` is optional, unless it is also listed without.
 */
export function readImagePlatforms(
  items: readonly ListItem[],
  report: ReportLine,
): { readonly platforms: readonly Platform[]; readonly optional: readonly Platform[] } {
  const isOptional = ({ text }: ListItem): boolean => text.endsWith('?')
  const bare = items.map((item) => (isOptional(item) ? { ...item, text: item.text.slice(0, -1).trimEnd() } : item))
  const platforms = readPlatforms(bare, report)
  const needed = readPlatforms(
    items.filter((item) => !isOptional(item)),
    () => undefined,
  )
  const names = new Set(needed.map(keyOf))
  return { platforms, optional: platforms.filter((platform) => !names.has(keyOf(platform))) }
}

/** Reads platforms, in the order given, without duplicates. */
export function readPlatforms(items: readonly ListItem[], report: ReportLine): readonly Platform[] {
  const platforms = new Map<string, Platform>()
  let problems = 0
  for (const { text, line } of items) {
    const platform = readWith(text, parsePlatform)
    if ('problem' in platform) {
      report(platform.problem, line)
      problems += 1
      // Finding suggestions takes time, and so many messages are not read.
      if (problems === mostProblems) break
    } else platforms.set(keyOf(platform.value), platform.value)
  }
  return [...platforms.values()]
}

function keyOf(platform: Platform): string {
  return `${formatPlatform(platform)} ${platform['os.version'] ?? ''}`
}
