import { formatPlatform, parsePlatform } from './platform.ts'
import type { Annotations } from './types.ts'

export type AnnotationTarget = {
  readonly level: 'manifest' | 'index' | 'manifest-descriptor' | 'index-descriptor'
  /** `os/arch[/variant]` of the manifest; undefined for an index. */
  readonly platform: string | undefined
}

/** `index:key`, `manifest[linux/amd64]:key`, several levels with commas; without a prefix it is the manifest's. */
const prefix = /^((?:(?:manifest|index)(?:-descriptor)?(?:\[[^\]]+\])?,?)+):(.+)$/

/**
 * Those of `annotations` that belong on `target`, without their prefix.
 * https://docs.docker.com/build/metadata/annotations/#specify-annotation-level
 */
export function annotationsFor(annotations: Annotations, target: AnnotationTarget): Annotations {
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([written, value]) => {
      const [, levels = 'manifest', key = written] = prefix.exec(written) ?? []
      return levels.split(',').some((level) => matches(level, target)) ? [[key, value]] : []
    }),
  )
}

function matches(level: string, target: AnnotationTarget): boolean {
  const [, name, platform] = /^([a-z-]+)(?:\[(.+)\])?$/.exec(level) ?? []
  if (name !== target.level) return false
  return platform === undefined || formatPlatform(parsePlatform(platform)) === target.platform
}
