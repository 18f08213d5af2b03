import type { StageSource } from '../dockerfile/instructions/source.ts'
import type { Cut } from '../inputs/dockerfile-credentials.ts'
import type { Platform } from '../oci/types.ts'
import type { UrlLogin } from '../plan/url-logins.ts'
import type { FindArchive } from './archive/context-archives.ts'
import type { Base } from './base.ts'
import type { OpenNamed } from './named-context.ts'
import type { Reading } from './needed-stages.ts'
import type { MainContext } from './open-context.ts'

/**
 * Context and Dockerfile, for every stage and every engine. Each part is opened or read once, on first use; failures
 * are cached, too.
 */
export type Source = {
  /** Returns the text of the Dockerfile; undefined if only the builder has it. */
  readonly dockerfile: () => Promise<DockerfileText | undefined>
  /**
   * Returns the Dockerfile as evaluated for every platform. Undefined if only the builder has it, or if the builder
   * reads it for the build and it cannot be parsed here: it may request another frontend.
   */
  readonly reading: () => Promise<Reading | undefined>
  /** Opens the files for an engine for which this program reads the source; loads the code on demand. */
  readonly own: () => Promise<OwnSource>
  readonly archive: FindArchive
}

/** The opened context and named contexts. */
export type OwnSource = {
  readonly context: MainContext
  readonly openNamed: OpenNamed
  /** Returns the image that a stage begins with; undefined for one that begins with files. */
  readonly baseOf: (source: StageSource, platform: Platform) => Promise<Base | undefined>
}

/** A Dockerfile without the users and passwords of its URLs. */
export type DockerfileText = {
  /** Its name in messages: its path if it has one. */
  readonly file: string
  readonly text: string
  /** The user's file; undefined for an inline Dockerfile. */
  readonly path: string | undefined
  /** The removed credentials. */
  readonly cut: readonly Cut[]
  /**
   * The credentials for hosts that the build fetches from: those of the plan, and those removed from the Dockerfile.
   */
  readonly urlLogins: readonly UrlLogin[]
}
