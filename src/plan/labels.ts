import type { Origin } from '../facts/origin.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { generalKeyOf, hasLevel, overridesAnnotation } from '../oci/annotations.ts'

type Pairs = Readonly<Record<string, string>>
type LabelInputs = Pick<Inputs, 'labels' | 'annotations' | 'annotationLevels'>

export type PlannedLabels = {
  readonly labels: Pairs
  readonly annotations: Pairs
  readonly givenAnnotations: Pairs
}

/**
 * Returns the labels and annotations of the image: those of the inputs, and the defaults of docker/metadata-action. An input overrides the
 * default with the same key; an empty value removes it. `version` is the main tag, "" if there are no tags.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 */
export function planLabels(
  { labels, annotations, annotationLevels }: LabelInputs,
  origin: Origin | undefined,
  version: string,
): PlannedLabels {
  const given = withLevels(annotations, annotationLevels)
  if (origin === undefined) return { labels, annotations: given, givenAnnotations: given }
  const defaults = defaultsOf(origin, version)
  const kept = Object.fromEntries(Object.entries(given).filter(([key, value]) => !isRemoval(generalKeyOf(key), value)))
  const added = (annotationLevels ?? ['manifest']).flatMap((level) =>
    Object.entries(defaults)
      .filter(([key]) => !overridesAnnotation(given, { level, key }))
      .map(([key, value]): [string, string] => [annotationLevels === undefined ? key : `${level}:${key}`, value]),
  )
  const all = [...added, ...Object.entries(kept)]
  const ordered = Object.keys(annotations).some(hasLevel) ? all : inOrder(all, annotationLevels ?? [])
  return {
    labels: Object.fromEntries(
      sorted([
        ...Object.entries(defaults).filter(([key]) => !Object.hasOwn(labels, key)),
        ...Object.entries(labels).filter(([key, value]) => !isRemoval(key, value)),
      ]),
    ),
    annotations: Object.fromEntries(ordered),
    givenAnnotations: kept,
  }
}

const keys = {
  created: 'org.opencontainers.image.created',
  description: 'org.opencontainers.image.description',
  licenses: 'org.opencontainers.image.licenses',
  revision: 'org.opencontainers.image.revision',
  source: 'org.opencontainers.image.source',
  title: 'org.opencontainers.image.title',
  url: 'org.opencontainers.image.url',
  version: 'org.opencontainers.image.version',
}

/**
 * Returns the default values by key. A value that the repository or the run lacks is an empty text, as in metadata-action: otherwise the
 * image would inherit the version or description of its base. An unknown value is omitted, so that the Dockerfile can set it.
 */
function defaultsOf({ title, url, description, license, revision, created }: Origin, version: string): Pairs {
  const all = [
    [keys.created, created.toISOString()],
    [keys.description, description],
    [keys.licenses, license],
    [keys.revision, revision],
    [keys.source, url],
    [keys.title, title],
    [keys.url, url],
    [keys.version, version],
  ] as const
  return Object.fromEntries(all.filter((pair): pair is [(typeof pair)[0], string] => pair[1] !== undefined))
}

/** Whether an input removes a default value. */
function isRemoval(key: string | undefined, value: string): boolean {
  return value === '' && key !== undefined && Object.values(keys).includes(key)
}

/** Copies annotations without a prefix to each of `levels`. */
function withLevels(annotations: Pairs, levels: readonly string[] | undefined): Pairs {
  if (levels === undefined) return annotations
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([key, value]) =>
      hasLevel(key) ? [[key, value]] : levels.map((level) => [`${level}:${key}`, value]),
    ),
  )
}

/** Sorts by level, then by key. Only for annotations that the user set without a level: otherwise the last of two entries wins. */
function inOrder(annotations: readonly (readonly [string, string])[], levels: readonly string[]) {
  const rank = (written: string) => levels.findIndex((level) => written.startsWith(`${level}:`))
  return sorted(annotations).toSorted(([a], [b]) => rank(a) - rank(b))
}

function sorted(pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return pairs.toSorted(([a], [b]) => compareKeys(a, b))
}

/** In keys of these characters only, the order of English is that of their codes. */
const plainKey = /^[-./0-9a-z]*$/

/** Compares two keys in the order of English, as metadata-action does. Its rules are loaded only if needed, because that takes 8 ms (measured). */
export function compareKeys(a: string, b: string): number {
  if (!plainKey.test(a) || !plainKey.test(b)) return a.localeCompare(b, 'en')
  return a < b ? -1 : Number(a > b)
}
