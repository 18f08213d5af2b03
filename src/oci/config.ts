import type { Digest, Platform } from './types.ts'

/**
 * An image's configuration with all lists present. https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
 * and Docker's additions to it.
 */
export type Config = Platform & {
  readonly author?: string
  readonly created?: string
  readonly config: Execution
  readonly history: readonly History[]
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] }
}

/** The settings for running a container of the image. */
export type Execution = {
  readonly User?: string
  readonly ExposedPorts?: Readonly<Record<string, object>>
  readonly Env?: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly Volumes?: Readonly<Record<string, object>>
  readonly WorkingDir?: string
  readonly Labels?: Readonly<Record<string, string>>
  readonly StopSignal?: string
  readonly ArgsEscaped?: boolean
  readonly Healthcheck?: Health
  readonly OnBuild?: readonly string[]
  readonly Shell?: readonly string[]
}

/** Durations in nanoseconds; 0 is omitted. */
export type Health = {
  readonly Test?: readonly string[]
  readonly Interval?: number
  readonly Timeout?: number
  readonly StartPeriod?: number
  readonly StartInterval?: number
  readonly Retries?: number
}

/** An entry of the history. */
export type History = {
  readonly created?: string
  readonly created_by?: string
  readonly author?: string
  readonly comment?: string
  readonly empty_layer?: boolean
}

/** The fields of a configuration that are read from images of other tools, which write null for unset fields. */
export type ImageConfig = Platform & {
  readonly config?: OrNull<Execution>
  readonly history?: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[]
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] }
}

/** The same fields, each of which may be null. */
export type OrNull<T> = { readonly [K in keyof T]: T[K] | null }
