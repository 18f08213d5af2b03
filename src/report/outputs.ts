import type { Built } from '../engine/built.ts'
import type { Exported } from '../export/export.ts'
import type { Gated } from '../gate/gate-section.ts'
import type { LegOutcome } from '../legs/leg-outcome.ts'
import type { Omitted } from '../modes/optional-platforms.ts'
import { hasLevel } from '../oci/annotations.ts'
import type { Image } from '../oci/image-tree.ts'
import { formatPlatform } from '../oci/platform.ts'
import { formatReference, type Reference, showReference, showRepository } from '../oci/reference.ts'
import type { Plan } from '../plan/plan.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { Published } from '../publish/publish.ts'
import { isThisImage } from '../publish/write-tags.ts'
import type { SmokeResult } from '../smoke-test/result.ts'
import type { Verified } from '../verify/verify.ts'
import type { BakeFileName, OutputName } from './output-rows.ts'

/** The state of a run that is reported however it ends. */
export type Lasting = {
  readonly plan: Plan
  /** The maximum number of attempts for any request or build. */
  readonly attempts: number
}

type LastingName = 'version' | 'engine' | 'attempts'

/** Returns the outputs of every run that reached a plan. */
export function lastingOutputsOf({ plan, attempts }: Lasting): Readonly<Record<LastingName, string>> {
  return { version: plan.version, engine: plan.mode === 'build' ? plan.engine.name : '', attempts: String(attempts) }
}

/** All other outputs, except that of a failure and that of a run that builds nothing. */
export type Outputs = Readonly<
  Record<Exclude<OutputName, LastingName | BakeFileName | 'error-code' | 'call-result' | 'matrix'>, string>
>

/** The results of all stages. */
export type Result = {
  readonly plan: Plan
  readonly checked: Checked
  readonly built: Built
  readonly verified: readonly Verified[]
  /** The smoke test results by platform; empty without a smoke test. */
  readonly smoked: readonly SmokeResult[]
  /** The results of `before-tags`, if set. */
  readonly gated: Gated | undefined
  readonly exported: Exported
  /** Undefined if nothing was to be pushed. */
  readonly published: Published | undefined
  /** The optional platforms that failed. */
  readonly omitted: readonly Omitted[]
  /** Absent if this job builds all platforms. */
  readonly leg?: LegOutcome | undefined
  /** One per platform, as far as they are known: without verification, only the engine knows them. */
  readonly images: readonly Image[]
}

/**
 * Whether the image is stored anywhere other than in the build cache: in a registry, in the daemon's store, or in a
 * file.
 */
function isKept({ plan, published }: Pick<Result, 'plan' | 'published'>): boolean {
  if (plan.dryRun) return false
  if (published !== undefined && published.repositories.length > 0) return true
  return plan.load || plan.outputs.some(({ kind }) => kind === 'oci' || kind === 'docker')
}

/**
 * Returns the references that now refer to this image: tags in registries, else names in the daemon's store and in
 * files; for a dry run the planned ones.
 */
export function namesOf({ plan, published }: Pick<Result, 'plan' | 'published'>): readonly Reference[] {
  if (plan.dryRun) return plan.references
  if (published) return published.tags.filter(isThisImage).map(({ reference }) => reference)
  return isKept({ plan, published }) ? plan.references : []
}

/** Existing workflows take the first tag for the main one. */
function inListedOrder(references: readonly Reference[], listed: readonly Reference[]): readonly Reference[] {
  const places = new Map(listed.map((reference, place) => [formatReference(reference), place]))
  const placeOf = (reference: Reference) => places.get(formatReference(reference)) ?? listed.length
  return references.toSorted((a, b) => placeOf(a) - placeOf(b))
}

/**
 * Returns the outputs of a run as texts; lists and objects in the formats that existing workflows read. They only
 * describe what was done.
 */
export function outputsOf(result: Result): Outputs {
  const { plan, built, exported, published, images, leg } = result
  const { separators } = plan
  const references = inListedOrder(namesOf(result), plan.listed)
  const names = references.map(showReference)
  const tagNames = [...new Set(references.map(({ tag = 'latest' }) => tag))]
  const { labels } = plan.build
  const annotations = annotationsOf(plan)
  const kept = isKept(result)
  // For an image that is stored nowhere, the digest of the build; for one that was to be pushed but reached no
  // registry, none.
  const isKnown = kept || !(plan.push || plan.dryRun)
  const [first] = plan.listed
  const hasOwnForm = built.content?.forVerification === true
  const known = hasOwnForm ? [] : images
  // An image that a store exports for verification has other manifests, but the same configuration.
  const hasManifest = kept || !hasOwnForm
  const digest = isKnown && hasManifest ? (published?.digest ?? digestOf(built) ?? '') : ''
  const withConfig = kept ? known : images
  const onlyConfig = isKnown && withConfig.length === 1 ? withConfig[0]?.config.digest : undefined
  return {
    digest,
    imageid: exported.imageId ?? built.imageId ?? onlyConfig ?? digest,
    metadata: JSON.stringify({
      ...(kept ? built.metadata : withoutImage(built.metadata, isKnown && hasManifest)),
      ...(digest === '' ? {} : { 'containerimage.digest': digest }),
      // If it was pushed with other media types than it was built with, its documents differ.
      ...(published !== undefined &&
      published.digest !== digestOf(built) &&
      'containerimage.descriptor' in built.metadata
        ? { 'containerimage.descriptor': published.descriptor }
        : {}),
      ...(names.length === 0 || plan.dryRun ? {} : { 'image.name': names.join(',') }),
    }),
    image: first ? showRepository(first) : '',
    tags: names.join(separators.tags),
    'tag-names': tagNames.join(separators.tags),
    labels: pairsOf(labels).join(separators.labels),
    annotations: annotations.join(separators.annotations),
    // https://github.com/docker/metadata-action#json-output-object
    json: JSON.stringify({
      tags: names,
      'tag-names': tagNames,
      labels,
      annotations,
    }),
    digests: JSON.stringify(isKnown || leg ? byPlatform(known, ({ manifest }) => manifest.digest) : {}),
    refs: (published?.repositories ?? []).map((repository) => `${showRepository(repository)}@${digest}`).join('\n'),
    'omitted-platforms': result.omitted.map(({ platform }) => formatPlatform(platform)).join('\n'),
    sizes: JSON.stringify(byPlatform(known, ({ size }) => size)),
    pushed: String(published !== undefined && published.error === undefined),
    complete: String(leg === undefined ? !plan.dryRun && plan.leg === undefined : leg.kind === 'published'),
    missing: (leg?.kind === 'waiting' ? leg.missing : []).map(formatPlatform).join('\n'),
    files: exported.outputs.map(({ dest }) => dest).join('\n'),
  }
}

/**
 * Returns buildx's metadata for an image that is stored nowhere: without a name, and without documents unless they are
 * known.
 */
function withoutImage(metadata: Built['metadata'], hasDocuments: boolean): Built['metadata'] {
  const left = Object.entries(metadata).filter(
    ([key]) => key !== 'image.name' && (hasDocuments || !key.startsWith('containerimage.')),
  )
  return Object.fromEntries(left)
}

function pairsOf(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([key, value]) => `${key}=${value}`)
}

/** Returns the annotations of the image, each with its level. */
export function annotationsOf({ build, leg }: Plan): readonly string[] {
  return pairsOf(leg?.annotations ?? build.annotations).map(withLevel)
}

/** Adds the default level to an annotation without one. */
function withLevel(annotation: string): string {
  return hasLevel(annotation) ? annotation : `manifest:${annotation}`
}

function digestOf({ content, metadata }: Built): string | undefined {
  if (content !== undefined && !content.forVerification) return content.tree.root.digest
  const digest = metadata['containerimage.digest']
  return typeof digest === 'string' ? digest : undefined
}

function byPlatform<T>(images: readonly Image[], value: (image: Image) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(images.map((image) => [formatPlatform(image.platform), value(image)]))
}
