import type { Healthcheck } from '../instructions/healthcheck.ts'
import type { Pair } from './statement.ts'

/** The position of an instruction. Lines count from 1; `text` is the joined logical line, as written. */
type Placed = { readonly line: number; readonly endLine: number; readonly text: string }

/** `["a", "b"]`, or a command line for the shell. */
export type CommandLine =
  | { readonly form: 'exec'; readonly words: readonly string[] }
  | { readonly form: 'shell'; readonly text: string }

/** A file whose content is in the Dockerfile. */
export type InlineFile = {
  readonly name: string
  readonly content: string
  /** Whether variables in the content are replaced. */
  readonly expands: boolean
}

/** The common fields of COPY and ADD. */
export type Transfer = {
  readonly sources: readonly string[]
  readonly files: readonly InlineFile[]
  readonly destination: string
  /** `user[:group]`, names or numbers. */
  readonly chown?: string
  readonly chmod?: string
  readonly link: boolean
  /** Patterns in the format of `.dockerignore`, relative to each source; variables in them are not replaced. */
  readonly exclude: readonly string[]
}

export type Copy = Transfer & { readonly kind: 'copy'; readonly from?: string; readonly parents: boolean }
export type Add = Transfer & {
  readonly kind: 'add'
  readonly checksum?: string
  /** Undefined if the flag is not set: the default depends on the source. */
  readonly keepGitDir?: boolean
  readonly unpack?: boolean
}

/**
 * A secret that RUN mounts as a file or into its environment, or the socket of an SSH agent. Without `required`, RUN
 * also runs if it is missing.
 */
export type SecretMount = { readonly kind: 'secret' | 'ssh'; readonly id: string; readonly required: boolean }

/** A cache that RUN mounts and that outlives the build, with variables not replaced. */
export type CacheMount = {
  /** The ID, or the target if it has no ID. */
  readonly id: string
  /** Whether `id` is the target. */
  readonly isTarget: boolean
  /** `sharing`, and `uid`, `gid` and `mode`, which distinguish caches with the same ID. */
  readonly options: readonly (readonly ['sharing' | 'uid' | 'gid' | 'mode', string])[]
}

export type Argument = { readonly name: string; readonly value?: string }

/**
 * An instruction as written, or, as a result of `resolveInstruction`, with its variables replaced.
 * https://docs.docker.com/reference/dockerfile/
 */
export type Instruction = Placed &
  /** `isLegacy`: written as `key value`. */
  (
    | { readonly kind: 'env' | 'label'; readonly pairs: readonly Pair[]; readonly isLegacy?: true }
    | { readonly kind: 'arg'; readonly arguments: readonly Argument[] }
    | Copy
    | Add
    | {
        readonly kind: 'run'
        readonly command: CommandLine
        readonly mountsFrom: readonly string[]
        readonly secrets: readonly SecretMount[]
        readonly caches: readonly CacheMount[]
      }
    | { readonly kind: 'cmd' | 'entrypoint'; readonly command: CommandLine }
    | { readonly kind: 'healthcheck'; readonly healthcheck: Healthcheck }
    | { readonly kind: 'workdir'; readonly path: string }
    | { readonly kind: 'user'; readonly user: string }
    | { readonly kind: 'expose'; readonly ports: readonly string[] }
    | { readonly kind: 'volume'; readonly paths: readonly string[] }
    | { readonly kind: 'stopsignal'; readonly signal: string }
    | { readonly kind: 'shell'; readonly shell: readonly string[] }
    | { readonly kind: 'onbuild'; readonly expression: string }
    | { readonly kind: 'maintainer'; readonly name: string }
  )

export type InstructionOf<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>

/** FROM and the instructions up to the next FROM. */
export type Stage = Placed & {
  /** Lowercase. */
  readonly name?: string
  /** The argument of FROM, with variables not replaced. */
  readonly base: string
  readonly platform?: string
  readonly instructions: readonly Instruction[]
}
