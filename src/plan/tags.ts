import { ActionError } from '../errors/action-error.ts'
import type { GitEvent } from '../facts/event.ts'
import { latestName, plainFlavor, withFlavor } from '../inputs/flavor.ts'
import type { Flavor, Inputs, TagInput } from '../inputs/inputs.ts'
import { formatReference, formatRepository, type Reference, sanitizeTag, showReference } from '../oci/reference.ts'
import { isRelease } from '../oci/release.ts'

/** A reference of the image. */
export type PlannedTag = {
  readonly reference: Reference
  /** Whether a later run is expected to overwrite it, according to its rule. `if-exists` protects tags that do not move. */
  readonly moves: boolean
  /** The rule, for the log: `written in the input tags`, `named for the branch main`. */
  readonly because: string
}

/** A tag of a rule, applied to every name in `images`. */
export type TagName = Omit<PlannedTag, 'reference'> & { readonly tag: string }

/**
 * Returns the tags for an empty `tags` input, like metadata-action without rules: `nightly` on a schedule, otherwise the branch, the Git
 * tag or `pr-N`. The main tag is first, `latest` last.
 * | Unlike metadata-action, which adds `latest` to any tag (`v2.0.0-beta.1` included), `latest` is added only to a Git tag that is a version
 * without pre-release and build (`v1.2.3`, `1.2`). Names that registries reject are converted: at most 128 characters, no leading `.` or `-`.
 * If no valid character remains, or the event has no name, the tag is the commit: `sha-0123456`.
 */
export function defaultTags(event: GitEvent, flavor: Flavor = plainFlavor): readonly TagName[] {
  const given = namesOf(event).filter(({ tag }) => sanitizeTag(tag) !== '')
  const named = withLatest(given, flavor)
  const tags = named.filter(({ tag }, at) => tag !== '' && named.findIndex((other) => other.tag === tag) === at)
  if (tags.length > 0) return tags
  const commit = sanitizeTag(event.sha.slice(0, 7))
  if (commit === '') return []
  return withLatest([{ tag: commit, prefix: 'sha-', moves: false, because: fallback(event), latest: false }], flavor)
}

type Named = TagName & {
  /** A prefix of its own, which replaces that of the flavor, like the default prefix of a rule. */
  readonly prefix?: string
  /** Whether `latest` is added to it. */
  readonly latest?: string | false
}

/** Applies the flavor's prefix and suffix to the tags, and adds `latest` if enabled. */
function withLatest(given: readonly Named[], flavor: Flavor): readonly TagName[] {
  const tags = given.map(({ latest: _, prefix, ...one }) => ({
    ...one,
    tag: withFlavor(one.tag, prefix === undefined ? flavor : { ...flavor, prefix }),
    moves: one.moves && !flavor.perCommit,
  }))
  const [first] = given
  if (first === undefined || flavor.latest === false) return tags
  const because = flavor.latest === true ? 'latest=true in the input flavor' : first.latest
  return because ? [...tags, { tag: latestName(flavor), moves: true, because }] : tags
}

function namesOf({ name, ref, pullRequest }: GitEvent): readonly Named[] {
  const branch = /^refs\/heads\/(.*)$/s.exec(ref)?.[1]
  const gitTag = /^refs\/tags\/(.*)$/s.exec(ref)?.[1]
  const nightly = name === 'schedule' ? [{ tag: 'nightly', moves: true, because: 'the event is a schedule' }] : []
  if (pullRequest !== undefined) {
    const because = `named for pull request ${pullRequest}`
    return [...nightly, { tag: `${pullRequest}`, prefix: 'pr-', moves: true, because }]
  }
  // The ref is the base branch, but the image is built for the pull request.
  if (name === 'pull_request_target') return nightly
  if (branch !== undefined) return [...nightly, { tag: branch, moves: true, because: `named for the branch ${branch}` }]
  if (gitTag === undefined) return nightly
  // A tag named `latest` always moves, regardless of its origin.
  const own = { tag: gitTag, moves: sanitizeTag(gitTag) === 'latest', because: `named for the Git tag ${gitTag}` }
  const latest = isRelease(gitTag) && `the Git tag ${gitTag} is a version without pre-release`
  return [...nightly, { ...own, latest }]
}

export type References = {
  /** In the order in which they are written: fixed tags, moving tags, `latest`. Without duplicates. */
  readonly tags: readonly PlannedTag[]
  /** Without duplicates, grouped by image and sorted by priority, like docker/metadata-action. */
  readonly references: readonly Reference[]
  /** The main tag: the first of the input or the event; `latest` only if there is no other. "" if there are no tags. */
  readonly version: string
  /** Notices about how the tags were chosen. */
  readonly notices: readonly string[]
}

/**
 * Returns every reference of the image, with its rule. Empty if `images` and `tags` are empty.
 * | @throws ActionError `input-invalid` if a name is to be pushed, `tags` is empty, and no tag can be derived from the event
 */
export function planTags(inputs: Pick<Inputs, 'images' | 'tags' | 'flavor' | 'push'>, event: GitEvent): References {
  const { images, tags, flavor, push } = inputs
  if (tags.length > 0) {
    const enabled = tags.filter((tag) => tag.enabled)
    const chosen = enabled.flatMap((tag) => givenTag(tag, images))
    const noneLeft = chosen.length === 0 ? [whyNone(enabled)] : []
    return {
      tags: inOrder(chosen),
      references: byImage(chosen, images),
      // Rules name a version without `images`, too.
      version: mainOf(enabled.map((tag) => (tag.kind === 'tag' ? tag.tag : tag.reference.tag))),
      notices: noneLeft,
    }
  }
  const names = defaultTags(event, flavor)
  if (images.length > 0 && names.length === 0 && push === true) {
    throw new ActionError(
      'input-invalid',
      `Cannot choose tags: the event ${describe(event)} has no branch, tag or commit`,
      {
        hint: 'Set the input `tags`, or the variables GITHUB_REF and GITHUB_SHA, which a runner sets.',
      },
    )
  }
  const chosen = names.flatMap(({ tag, ...rule }) => images.map((image) => ({ reference: { ...image, tag }, ...rule })))
  return {
    tags: inOrder(chosen),
    references: byImage(chosen, images),
    version: mainOf(names.map(({ tag }) => tag)),
    notices: images.length === 0 ? [] : noticesOf(names, event),
  }
}

/** Returns why the input `tags` gives the image no name. */
function whyNone(enabled: readonly TagInput[]): string {
  return enabled.length === 0
    ? 'No tag is enabled: the image gets no name'
    : 'The image gets no name: the input `tags` has rules, and `images` has no name'
}

function noticesOf(names: readonly TagName[], event: GitEvent): readonly string[] {
  const [first] = names
  if (first === undefined) {
    return [`The image gets no tag: the event ${describe(event)} has no branch, tag or commit. Set the input tags`]
  }
  return first.because === fallback(event) ? [`The image is tagged ${first.tag}: ${first.because}`] : []
}

function givenTag({ moving, because: rule, ...input }: TagInput, images: Inputs['images']): readonly PlannedTag[] {
  const references = input.kind === 'tag' ? images.map((image) => ({ ...image, tag: input.tag })) : [input.reference]
  return references.map((reference) => {
    const isLatest = (reference.tag ?? 'latest') === 'latest'
    const moves = moving ?? isLatest
    const because = moving === undefined ? 'written in the input tags' : `moving=${moving} in the input tags`
    return { reference, moves, because: rule ?? (moving === undefined && isLatest ? 'latest always moves' : because) }
  })
}

/** Returns a line for the debug log: `ghcr.io/acme/app:main moves: named for the branch main`. */
export function describeTag({ reference, moves, because }: PlannedTag): string {
  return `${showReference(reference)} ${moves ? 'moves' : 'is fixed'}: ${because}`
}

function mainOf(tags: readonly (string | undefined)[]): string {
  return tags.find((tag) => tag !== 'latest') ?? tags[0] ?? ''
}

/** Groups references by image name; full references of other names are last. */
function byImage(chosen: readonly PlannedTag[], images: Inputs['images']): readonly Reference[] {
  const names = images.map(formatRepository)
  const place = ({ reference }: PlannedTag) => {
    const at = names.indexOf(formatRepository(reference))
    return at < 0 ? names.length : at
  }
  return withoutDuplicates(chosen)
    .toSorted((a, b) => place(a) - place(b))
    .map(({ reference }) => reference)
}

function withoutDuplicates(chosen: readonly PlannedTag[]): readonly PlannedTag[] {
  const unique = new Map<string, PlannedTag>()
  for (const one of chosen) {
    const name = formatReference(one.reference)
    if (!unique.has(name)) unique.set(name, one)
  }
  return [...unique.values()]
}

function inOrder(chosen: readonly PlannedTag[]): readonly PlannedTag[] {
  const rank = ({ reference, moves }: PlannedTag) => (moves ? (reference.tag === 'latest' ? 2 : 1) : 0)
  return withoutDuplicates(chosen).toSorted((a, b) => rank(a) - rank(b))
}

function fallback(event: GitEvent): string {
  return `the event ${describe(event)} gives no other tag`
}

function describe({ name, ref }: GitEvent): string {
  return name === '' && ref === '' ? '(none)' : `${JSON.stringify(name)} on ${JSON.stringify(ref)}`
}
