import type { Activity } from '../../host/host.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import { platformOf, type RunningStep } from './progress.ts'

/**
 * Returns a running step for people: its platform, number and text, `linux/arm64 3/7 RUN make`. `platforms` are those
 * of the build.
 */
export function toActivity({ name, since }: RunningStep, platforms: readonly Platform[]): Activity {
  const [, where = '', text = name] = /^\[([^\]]{1,256})\] (.*)$/s.exec(name) ?? []
  if (where === '' || where === 'internal') return { text, since }
  const only = platforms.length === 1 && platforms[0] ? formatPlatform(platforms[0]) : undefined
  const number = where.split(' ').findLast((word) => /^\d+\/\d+$/.test(word))
  const parts = [platformOf(name) ?? only, number, text.replaceAll(/\s+/g, ' ')]
  return { text: parts.filter((part) => part !== undefined).join(' '), since }
}
