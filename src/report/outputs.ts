import type { Built } from '../engine/built.ts'
import type { Exported } from '../export/export.ts'
import type { Image } from '../oci/image-tree.ts'
import { formatPlatform } from '../oci/platform.ts'
import { formatReference, formatRepository } from '../oci/reference.ts'
import type { Plan } from '../plan/plan.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { Proof } from '../prove/prove.ts'
import type { SmokeResult } from '../prove/smoke/try-images.ts'
import type { Published } from '../publish/publish.ts'
import { isThisImage } from '../publish/write-tags.ts'
import type { OutputName } from './output-rows.ts'

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

/** All other outputs but the one of a failure. */
export type Outputs = Readonly<Record<Exclude<OutputName, LastingName | 'error-code'>, string>>

/** What happened, once all of it has. */
export type Result = {
  readonly plan: Plan
  readonly checked: Checked
  readonly built: Built
  readonly proofs: readonly Proof[]
  /** How each platform's image ran; none without a smoke test. */
  readonly smoked: readonly SmokeResult[]
  readonly exported: Exported
  /** Undefined when nothing was to be pushed. */
  readonly published: Published | undefined
  /** One for each platform, as far as they are known: what nobody verifies is known to the engine alone. */
  readonly images: readonly Image[]
}

/** The outputs of a run, as texts; lists and objects in the forms that existing workflows read. */
export function outputsOf({ plan, built, exported, published, images }: Result): Outputs {
  const names = (
    published ? published.tags.filter(isThisImage) : plan.references.map((reference) => ({ reference }))
  ).map(({ reference }) => formatReference(reference))
  const labels = Object.entries(plan.build.labels).map(([key, value]) => `${key}=${value}`)
  // What has reached no registry has no digest there.
  const arrived = published === undefined || published.repositories.length > 0
  const digest = arrived ? (published?.digest ?? digestOf(built) ?? '') : ''
  const [first] = plan.references
  const hasOwnForm = built.content.kind === 'layout' && built.content.forVerification === true
  const known = hasOwnForm ? [] : images
  return {
    digest,
    imageid: exported.imageId ?? built.imageId ?? (known.length === 1 ? known[0]?.config.digest : undefined) ?? digest,
    metadata: JSON.stringify({
      ...built.metadata,
      ...(digest === '' ? {} : { 'containerimage.digest': digest }),
      ...(names.length === 0 ? {} : { 'image.name': names.join(',') }),
    }),
    image: first ? formatRepository(first) : '',
    tags: names.join('\n'),
    labels: labels.join('\n'),
    json: JSON.stringify({ tags: names, labels: plan.build.labels, annotations: plan.build.annotations }),
    digests: JSON.stringify(byPlatform(known, ({ manifest }) => manifest.digest)),
    refs: (published?.repositories ?? []).map((repository) => `${formatRepository(repository)}@${digest}`).join('\n'),
    sizes: JSON.stringify(byPlatform(known, ({ size }) => size)),
    pushed: String(published !== undefined && published.error === undefined),
    files: exported.outputs.map(({ dest }) => dest).join('\n'),
  }
}

function digestOf({ content, metadata }: Built): string | undefined {
  if (content.kind === 'layout' && !content.forVerification) return content.tree.root.digest
  const digest = metadata['containerimage.digest']
  return typeof digest === 'string' ? digest : undefined
}

function byPlatform<T>(images: readonly Image[], value: (image: Image) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(images.map((image) => [formatPlatform(image.platform), value(image)]))
}
