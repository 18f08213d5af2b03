import { formatPlatform, parsePlatform } from './platform.ts'
import type { Annotations } from './types.ts'

export type AnnotationTarget = {
  readonly level: 'manifest' | 'index' | 'manifest-descriptor' | 'index-descriptor'
  /** `os/arch[/variant]` of the manifest; undefined for an index. */
  readonly platform: string | undefined
}

/** `index:key`, `manifest[linux/amd64]:key`, or several levels with commas; the default is the manifest. */
const prefix = /^((?:(?:manifest|index)(?:-descriptor)?(?:\[[^\]]+\])?,?)+):(.+)$/s

/**
 * Returns those of `annotations` that apply to `target`, without their prefix. As in BuildKit, one for a platform takes
 * precedence over one for all, else the last one applies.
 * https://docs.docker.com/build/metadata/annotations/#specify-annotation-level
 */
export function annotationsFor(annotations: Annotations, target: AnnotationTarget): Annotations {
  const found = Object.entries(annotations).flatMap(([written, value]) => {
    const { levels, key } = splitLevels(written)
    return levels.flatMap(readLevel).flatMap((level) => (matches(level, target) ? [{ level, key, value }] : []))
  })
  const general = found.filter(({ level }) => level.platform === undefined)
  const special = found.filter(({ level }) => level.platform !== undefined)
  return Object.fromEntries([...general, ...special].map(({ key, value }) => [key, value]))
}

/** Whether an annotation specifies its level. */
export function hasLevel(written: string): boolean {
  return prefix.test(written)
}

/** Whether one of `annotations` is for that level. */
export function hasAnnotationOf(annotations: Annotations, level: AnnotationTarget['level']): boolean {
  return Object.keys(annotations).some((written) =>
    splitLevels(written).levels.some((one) => readLevel(one).name === level),
  )
}

/**
 * Whether one of `annotations` has that key for all manifests (or the index) at that level, so that a default is not
 * needed.
 */
export function overridesAnnotation(
  annotations: Annotations,
  { level, key }: { readonly level: string; readonly key: string },
): boolean {
  return Object.keys(annotations).some((written) => {
    const own = splitLevels(written)
    return (
      own.key === key &&
      own.levels.map(readLevel).some(({ name, platform }) => name === level && platform === undefined)
    )
  })
}

/** Returns the key of an annotation for all platforms; undefined for other annotations. */
export function generalKeyOf(written: string): string | undefined {
  const { levels, key } = splitLevels(written)
  return levels.map(readLevel).every(({ platform }) => platform === undefined) ? key : undefined
}

/** Whether some of `annotations` require an index, even for an image of one platform. */
export function needsIndex(annotations: Annotations): boolean {
  return (['index', 'index-descriptor', 'manifest-descriptor'] as const).some((level) =>
    hasAnnotationOf(annotations, level),
  )
}

/**
 * Returns an annotation's key with platforms in BuildKit's form: `manifest[linux/arm/v7]:a` for `manifest[arm32]:a`.
 */
export function normalizeAnnotation(written: string): string {
  if (!hasLevel(written)) return written
  const { levels, key } = splitLevels(written)
  const normal = levels
    .map(readLevel)
    .map(({ name, platform }) => (platform === undefined ? name : `${name}[${platform}]`))
  return `${normal.join(',')}:${key}`
}

function splitLevels(written: string): { readonly levels: readonly string[]; readonly key: string } {
  const [, levels = 'manifest', key = written] = prefix.exec(written) ?? []
  return { levels: levels.split(','), key }
}

type Level = { readonly name: string; readonly platform: string | undefined }

function readLevel(level: string): Level {
  const [, name = level, platform] = /^([a-z-]+)(?:\[(.+)\])?$/.exec(level) ?? []
  return { name, platform: platform === undefined ? undefined : formatPlatform(parsePlatform(platform)) }
}

function matches({ name, platform }: Level, target: AnnotationTarget): boolean {
  return name === target.level && (platform === undefined || platform === target.platform)
}

/** Returns those annotations that change the manifests of these platforms (`os/arch[/variant]`). */
export function manifestAnnotations(annotations: Annotations, platforms: readonly string[]): Annotations {
  return ofLevels(
    annotations,
    ({ name, platform }) => name === 'manifest' && (platform === undefined || platforms.includes(platform)),
  )
}

/** Returns those annotations that change an index or its entries. */
export function indexAnnotations(annotations: Annotations): Annotations {
  return ofLevels(annotations, ({ name }) => name !== 'manifest')
}

function ofLevels(annotations: Annotations, isKept: (level: Level) => boolean): Annotations {
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([written, value]) => {
      const { levels, key } = splitLevels(written)
      const kept = levels.filter((level) => isKept(readLevel(level)))
      if (kept.length === 0) return []
      return [[kept.length === levels.length ? written : `${kept.join(',')}:${key}`, value]]
    }),
  )
}
