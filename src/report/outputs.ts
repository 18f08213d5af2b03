import type { Built } from '../engine/built.ts'
import type { Exported } from '../export/export.ts'
import type { Gated } from '../gate/gate-section.ts'
import { hasLevel } from '../oci/annotations.ts'
import type { Image } from '../oci/image-tree.ts'
import { formatPlatform } from '../oci/platform.ts'
import { type Reference, showReference, showRepository } from '../oci/reference.ts'
import type { Plan } from '../plan/plan.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { Published } from '../publish/publish.ts'
import { isThisImage } from '../publish/write-tags.ts'
import type { SmokeResult } from '../smoke-test/result.ts'
import type { Verified } from '../verify/verify.ts'
import type { BakeFileName, OutputName } from './output-rows.ts'

/** What is true of a run however it ends. */
export type Lasting = {
  readonly plan: Plan
  /** The most tries that any one request or build took. */
  readonly attempts: number
}

type LastingName = 'version' | 'engine' | 'attempts'

/** The outputs of every run that came as far as a plan. */
export function lastingOutputsOf({ plan, attempts }: Lasting): Readonly<Record<LastingName, string>> {
  return { version: plan.version, engine: plan.engine.name, attempts: String(attempts) }
}

/** All other outputs but the one of a failure, and the one of a run that builds nothing. */
export type Outputs = Readonly<
  Record<Exclude<OutputName, LastingName | BakeFileName | 'error-code' | 'call-result'>, string>
>

/** What happened, once all of it has. */
export type Result = {
  readonly plan: Plan
  readonly checked: Checked
  readonly built: Built
  readonly verified: readonly Verified[]
  /** How each platform's image ran; none without a smoke test. */
  readonly smoked: readonly SmokeResult[]
  /** What was run before the tags, if anything was. */
  readonly gated: Gated | undefined
  readonly exported: Exported
  /** Undefined when nothing was to be pushed. */
  readonly published: Published | undefined
  /** One for each platform, as far as they are known: what nobody verifies is known to the engine alone. */
  readonly images: readonly Image[]
}

/** Whether the image is anywhere but in the build cache: in a registry, in the daemon's store, or in a file. */
function isKept({ plan, published }: Pick<Result, 'plan' | 'published'>): boolean {
  if (plan.dryRun) return false
  if (published !== undefined && published.repositories.length > 0) return true
  return plan.load || plan.outputs.some(({ kind }) => kind === 'oci' || kind === 'docker')
}

/** The references that are this image now: tags in registries, else names in the daemon's store and in files; of a dry run the planned ones. */
export function namesOf({ plan, published }: Pick<Result, 'plan' | 'published'>): readonly Reference[] {
  if (plan.dryRun) return plan.references
  if (published) return published.tags.filter(isThisImage).map(({ reference }) => reference)
  return isKept({ plan, published }) ? plan.references : []
}

/** The outputs of a run, as texts; lists and objects in the forms that existing workflows read. They tell only of what was done. */
export function outputsOf(result: Result): Outputs {
  const { plan, built, exported, published, images } = result
  const { separators } = plan
  const references = namesOf(result)
  const names = references.map(showReference)
  const tagNames = [...new Set(references.map(({ tag = 'latest' }) => tag))]
  const { labels } = plan.build
  const annotations = annotationsOf(plan)
  const kept = isKept(result)
  // Of an image that is kept nowhere, what it was built as; of one that was to be pushed and reached no registry, nothing.
  const isKnown = kept || !(plan.push || plan.dryRun)
  const [first] = plan.references
  const hasOwnForm = built.content?.forVerification === true
  const known = hasOwnForm ? [] : images
  // What a store saves for verification has other manifests, but the same configuration.
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
      // Pushed with other media types than it was built with, it is another document.
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
    digests: JSON.stringify(isKnown ? byPlatform(known, ({ manifest }) => manifest.digest) : {}),
    refs: (published?.repositories ?? []).map((repository) => `${showRepository(repository)}@${digest}`).join('\n'),
    sizes: JSON.stringify(byPlatform(known, ({ size }) => size)),
    pushed: String(published !== undefined && published.error === undefined),
    files: exported.outputs.map(({ dest }) => dest).join('\n'),
  }
}

/** What buildx says of an image that is kept nowhere: it has no name, and no documents unless they are known. */
function withoutImage(metadata: Built['metadata'], hasDocuments: boolean): Built['metadata'] {
  const left = Object.entries(metadata).filter(
    ([key]) => key !== 'image.name' && (hasDocuments || !key.startsWith('containerimage.')),
  )
  return Object.fromEntries(left)
}

function pairsOf(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([key, value]) => `${key}=${value}`)
}

/** The annotations of the image, each with its level. */
export function annotationsOf({ build }: Plan): readonly string[] {
  return pairsOf(build.annotations).map(withLevel)
}

/** With the level that an annotation without one has. */
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
