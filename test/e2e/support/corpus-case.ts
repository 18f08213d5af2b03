import type { FileSpec } from './write-files.ts'

/** A Dockerfile with its context for both engines. Each builds without executing anything on the target platform. */
export type CorpusCase = {
  readonly name: string
  readonly dockerfile: string
  readonly files?: Readonly<Record<string, FileSpec>>
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Whether to use the newest BuildKit instead of Docker's, for newer features. */
  readonly newest?: true
}

/** References of the images that the corpus builds on, and the Dockerfile of each, which BuildKit builds. */
export type CorpusBases = {
  /** ENV, USER, WORKDIR, CMD, labels, a volume, links, users. */
  readonly base: string
  /** On `base`: ONBUILD. */
  readonly trigger: string
  /** On `base`: ONBUILD that copies from a stage `lib` and from an image. */
  readonly copier: string
  /** On `base`: files deleted and directories replaced in upper layers, hard links, links of all kinds. */
  readonly layered: string
  /** Small, without a shell, run by a user that is not root. */
  readonly nonroot: string
  /** Not from a builder: a configuration as other tools write it. */
  readonly odd: string
}
