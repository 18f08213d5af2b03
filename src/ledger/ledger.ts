import type { Document } from '../oci/image-tree.ts'
import type { Platform } from '../oci/types.ts'
import type { LegRecord } from './leg-record.ts'

/**
 * The storage in which the jobs of a matrix leave their results for each other. It has one place per platform of one image of one
 * run, and no operation depends on other places, images or runs.
 */
export type Ledger = {
  /** For messages: `the registry ghcr.io`, `the runner's artifact service`. */
  readonly title: string
  /**
   * Writes a record. If there is one for the platform, `mayReplace` decides whether it is replaced; it may throw.
   *
   * @throws ActionError
   */
  readonly record: (record: LegRecord, mayReplace: (existing: LegRecord) => boolean) => Promise<void>
  /**
   * Returns the records of these platforms, as far as they exist, with a constant number of requests per platform.
   *
   * @throws ActionError
   */
  readonly collect: (platforms: readonly Platform[]) => Promise<readonly LegRecord[]>
  /**
   * Deletes the collected records of these platforms, after the tags of the image with the root `image` were written. Logs
   * which records remain.
   *
   * @throws ActionError `cancelled`
   */
  readonly clear: (platforms: readonly Platform[], image: Document) => Promise<void>
}
