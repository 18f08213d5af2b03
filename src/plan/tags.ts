import { ActionError } from '../errors.ts'
import type { GitEvent } from '../facts/event.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { formatReference, type Reference } from '../oci/reference.ts'

export type DefaultTags = {
  /** The main one first, `latest` last. */
  readonly tags: readonly string[]
  /** Those of `tags` that a later run writes again. */
  readonly moving: readonly string[]
}

/**
 * The tags of an image whose `tags` input is empty, as metadata-action chooses them without rules: `nightly` on a schedule, then the branch,
 * the Git tag or `pr-N`.
 *
 * Unlike there, `latest` comes only with a Git tag that is a version without pre-release and build (`v1.2.3`, `1.2`), where
 * metadata-action moves it to any tag, `v2.0.0-beta.1` included; and what no registry would take is made a tag: at most 128 characters,
 * none of `.` and `-` first.
 */
export function defaultTags(event: GitEvent): DefaultTags {
  const { name, ref, pullRequest } = event
  const names: string[] = []
  if (name === 'schedule') names.push('nightly')
  if (pullRequest !== undefined) names.push(`pr-${pullRequest}`)
  else if (ref.startsWith('refs/heads/')) names.push(ref.slice('refs/heads/'.length))
  else if (ref.startsWith('refs/tags/')) {
    const tag = ref.slice('refs/tags/'.length)
    names.push(tag)
    if (/^v?\d+(?:\.\d+){0,3}$/.test(tag)) names.push('latest')
  }
  const tags = [...new Set(names.map(sanitiseTag).filter((tag) => tag !== ''))]
  return { tags, moving: tags.filter((tag) => isMoving(tag, event)) }
}

/** `text` as a tag: other characters become `-`, those that no tag begins with go, 128 characters stay. "" if nothing is left. */
export function sanitiseTag(text: string): string {
  return text
    .replace(/[^a-zA-Z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 128)
}

/**
 * Whether a later run is expected to write the tag again. Fixed are full versions (`1.2.3`, `v1.2.3-rc.1`), tags that name a commit, dates,
 * and the Git tag of the event unless it is a part of a version (`v1`, `1.2`). Everything else moves: `latest`, the branch of the event, `pr-N`, `nightly`,
 * `edge`, and names of the user's own, since writing a tag late that could have been early does no harm.
 */
export function isMoving(tag: string, event: GitEvent): boolean {
  if (event.ref.startsWith('refs/heads/') && tag === sanitiseTag(event.ref.slice('refs/heads/'.length))) return true
  if (/^v?\d+\.\d+\.\d+/.test(tag) || /^\d{6,}/.test(tag)) return false
  if (/^sha-/.test(tag) || (event.sha.length >= 7 && tag.includes(event.sha.slice(0, 7)))) return false
  if (tag === 'latest' || /^v?\d+(?:\.\d+)?(?:-|$)/.test(tag)) return true
  return !(event.ref.startsWith('refs/tags/') && tag === sanitiseTag(event.ref.slice('refs/tags/'.length)))
}

export type References = {
  /** In the order in which they are to be written: fixed ones, moving ones, `latest`. Without duplicates. */
  readonly references: readonly Reference[]
  /** The first of them: those that are written once and stay. */
  readonly fixed: readonly Reference[]
  /** The rest of them: those that a later run writes again. */
  readonly moving: readonly Reference[]
  /** The main tag: the first one given, or the first one from the event. "" if there is none. */
  readonly version: string
}

/**
 * Every reference of the image. None without `images` and `tags`. Throws `input-invalid` when there are names, no `tags`,
 * and an event that gives none.
 */
export function references({ images, tags }: Pick<Inputs, 'images' | 'tags'>, event: GitEvent): References {
  const fromEvent = defaultTags(event).tags
  if (tags.length === 0) {
    if (images.length > 0 && fromEvent.length === 0) {
      throw new ActionError('input-invalid', `Cannot choose tags: the event ${describe(event)} gives none`, {
        hint: 'Give the input tags.',
      })
    }
    const chosen = fromEvent.flatMap((tag) => images.map((image) => ({ ...image, tag })))
    return { ...inOrder(chosen, event), version: fromEvent[0] ?? '' }
  }
  const chosen = tags.flatMap((entry): readonly Reference[] => {
    return entry.kind === 'tag' ? images.map((image) => ({ ...image, tag: entry.tag })) : [entry.reference]
  })
  return { ...inOrder(chosen, event), version: chosen[0]?.tag ?? '' }
}

function inOrder(chosen: readonly Reference[], event: GitEvent): Omit<References, 'version'> {
  const unique = [...new Map(chosen.map((reference) => [formatReference(reference), reference])).values()]
  const rank = ({ tag = 'latest' }: Reference) => (tag === 'latest' ? 2 : isMoving(tag, event) ? 1 : 0)
  const sorted = unique.toSorted((a, b) => rank(a) - rank(b))
  return {
    references: sorted,
    fixed: sorted.filter((one) => rank(one) === 0),
    moving: sorted.filter((one) => rank(one) > 0),
  }
}

function describe({ name, ref }: GitEvent): string {
  return name === '' && ref === '' ? '(there is none)' : `"${name}" on "${ref}"`
}
