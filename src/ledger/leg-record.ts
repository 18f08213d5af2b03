import { isObject, parseJsonObject } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { ActionError } from '../errors/action-error.ts'
import { digestOf } from '../oci/digest.ts'
import type { Document } from '../oci/image-tree.ts'
import { mediaType } from '../oci/media-type.ts'
import { parseIndex } from '../oci/parse.ts'
import { formatPlatform, parsePlatform } from '../oci/platform.ts'
import type { Annotations, Descriptor, Platform } from '../oci/types.ts'
import { formatBytes } from '../text/bytes.ts'

/** The result of one job of a matrix for one platform. */
export type LegRecord = {
  readonly platform: Platform
  /**
   * The entries of the index: the image's manifest, then its attestations. They are in every repository of the image. Empty if the job
   * omitted its platform.
   */
  readonly manifests: readonly Descriptor[]
  /** The parts of the plan that must be equal in all jobs, by name. */
  readonly plan: Readonly<Record<string, string>>
  /** The planned annotations of the index and its entries, with their prefixes. */
  readonly annotations: Annotations
  /** The number of the run attempt, from 1. */
  readonly attempt: number
  /** Identifies the job within its attempt. */
  readonly job: string
  /** Identifies the step that wrote the record; empty in records of earlier versions. */
  readonly nonce: string
  /** When it was written, ISO 8601. */
  readonly time: string
  /** The code of the error for which the job omitted its optional platform. */
  readonly omitted?: string
  /** Two jobs of the attempt build the platform: the image cannot be joined. */
  readonly isAmbiguous?: true
}

/** An optional platform that its job omitted, and the code of the error. */
export type OmittedRecord = Pick<LegRecord, 'platform'> & { readonly code: string }

const format = 1
const key = 'dev.polyarch.leg'
const codePattern = /^[a-z-]{1,40}$/

/**
 * Returns a record as an index of its manifests, so that a registry in which it has a tag keeps them. The record is in an
 * annotation.
 *
 * @throws ActionError `ledger-failed` if it is over the limit
 */
export function recordDocument({ platform, manifests, ...rest }: LegRecord): Document {
  const text = JSON.stringify({ format, platform: formatPlatform(platform), ...rest })
  if (text.length > limits.legRecord) {
    throw new ActionError(
      'ledger-failed',
      `Cannot record ${formatPlatform(platform)}: the record is larger than ${formatBytes(limits.legRecord)}`,
      { hint: 'Shorten `annotations` of the index.' },
    )
  }
  // A registry that accepts only Docker's media types accepts this one too.
  const isDocker = manifests.some((one) => one.mediaType === mediaType.dockerManifest)
  const type = isDocker ? mediaType.dockerIndex : mediaType.ociIndex
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: type, manifests, annotations: { [key]: text } }),
  )
  return { descriptor: { mediaType: type, digest: digestOf(bytes), size: bytes.length }, bytes }
}

/** Returns the record in a document; undefined if the document is not a record of this format. */
export function readRecord(bytes: Uint8Array): LegRecord | undefined {
  try {
    const { manifests, annotations = {} } = parseIndex(bytes, 'Cannot read a record')
    const text = annotations[key]
    if (typeof text !== 'string' || text.length > limits.legRecord) return undefined
    const said = parseJsonObject(text) ?? {}
    const { format: number, platform, plan, annotations: planned, attempt, job, time, omitted } = said
    const { nonce = '', isAmbiguous } = said
    if (number !== format || typeof platform !== 'string' || !isTexts(plan) || !isTexts(planned)) return undefined
    if (!Number.isSafeInteger(attempt) || typeof job !== 'string' || typeof time !== 'string') return undefined
    if (typeof nonce !== 'string') return undefined
    const isOmitted = typeof omitted === 'string' && codePattern.test(omitted)
    // An empty index refers to nothing: only an omitted platform has no manifest.
    if (isOmitted !== (manifests.length === 0) || isOmitted !== (omitted !== undefined)) return undefined
    return {
      ...{ platform: parsePlatform(platform), manifests, plan, annotations: planned },
      ...{ attempt: Number(attempt), job, nonce, time },
      ...(isOmitted ? { omitted } : {}),
      ...(isAmbiguous === true ? { isAmbiguous } : {}),
    }
  } catch (error) {
    // Another document under the same name.
    if (error instanceof ActionError) return undefined
    throw error
  }
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((one) => typeof one === 'string')
}
