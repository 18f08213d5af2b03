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
 * Context and Dockerfile, for every stage and every engine. Each part is opened or read by the first who asks for it, and once; what fails
 * fails for all in the same words.
 */
export type Source = {
  /** The text of the Dockerfile; undefined where the builder alone has it. */
  readonly dockerfile: () => Promise<DockerfileText | undefined>
  /**
   * The Dockerfile, read for every platform; undefined where the builder alone has it, and, where it reads it for the build, also when it
   * cannot be read here: it may ask for a frontend of its own.
   */
  readonly reading: () => Promise<Reading | undefined>
  /** For an engine for which this program reads the source: the files themselves. Its code is loaded then. */
  readonly own: () => Promise<OwnSource>
  readonly archive: FindArchive
}

/** Context and named contexts, opened. */
export type OwnSource = {
  readonly context: MainContext
  readonly openNamed: OpenNamed
  /** The image that a stage begins with; undefined for one that begins with files. */
  readonly baseOf: (source: StageSource, platform: Platform) => Promise<Base | undefined>
}

/** A Dockerfile without the users and passwords of its URLs. */
export type DockerfileText = {
  /** Its name for messages: its path where it has one. */
  readonly file: string
  readonly text: string
  /** The file of the user; undefined where the text is of the workflow. */
  readonly path: string | undefined
  /** What was cut out of it. */
  readonly cut: readonly Cut[]
  /** Who to be at the hosts that the build fetches from: those of the plan, and those that were cut out. */
  readonly urlLogins: readonly UrlLogin[]
}
