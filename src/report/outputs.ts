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
import type { OutputName } from './output-rows.ts'

/** All outputs but the one of a failure. */
export type Outputs = Readonly<Record<Exclude<OutputName, 'error-code'>, string>>

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
  /** One for each platform, as far as they are known: a loaded image is only known to the engine. */
  readonly images: readonly Image[]
  /** The most tries that any one request or build took. */
  readonly attempts: number
}

/** The outputs of a run, as texts; lists and objects in the forms that existing workflows read. */
export function outputsOf({ plan, built, exported, published, images, attempts }: Result): Outputs {
  const names = plan.references.map(formatReference)
  const labels = Object.entries(plan.build.labels).map(([key, value]) => `${key}=${value}`)
  const digest = published?.digest ?? digestOf(built) ?? ''
  const repositories = [...new Set(plan.references.map(formatRepository))]
  const [image = ''] = repositories
  return {
    digest,
    imageid:
      exported.imageId ?? built.imageId ?? (images.length === 1 ? images[0]?.config.digest : undefined) ?? digest,
    metadata: JSON.stringify({
      ...built.metadata,
      ...(digest === '' ? {} : { 'containerimage.digest': digest }),
      ...(names.length === 0 ? {} : { 'image.name': names.join(',') }),
    }),
    image,
    tags: names.join('\n'),
    labels: labels.join('\n'),
    json: JSON.stringify({ tags: names, labels: plan.build.labels, annotations: plan.build.annotations }),
    version: plan.version,
    digests: JSON.stringify(byPlatform(images, ({ manifest }) => manifest.digest)),
    refs: published ? repositories.map((repository) => `${repository}@${digest}`).join('\n') : '',
    sizes: JSON.stringify(byPlatform(images, ({ size }) => size)),
    pushed: String(published !== undefined),
    files: exported.outputs.map(({ dest }) => dest).join('\n'),
    engine: plan.engine.name,
    attempts: String(attempts),
  }
}

function digestOf({ content, metadata }: Built): string | undefined {
  if (content.kind === 'layout') return content.tree.root.digest
  const digest = metadata['containerimage.digest']
  return typeof digest === 'string' ? digest : undefined
}

function byPlatform<T>(images: readonly Image[], value: (image: Image) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(images.map((image) => [formatPlatform(image.platform), value(image)]))
}
