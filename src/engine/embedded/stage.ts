import type { Pause } from '../../bounds/pause.ts'
import type { Values } from '../../dockerfile/expand/arguments.ts'
import type { Instruction } from '../../dockerfile/read/instruction.ts'
import type { Config } from '../../oci/config.ts'
import type { Descriptor, Digest, Platform } from '../../oci/types.ts'
import type { Base } from '../../source/base.ts'
import type { OpenedContext } from '../../source/named-context.ts'
import type { Overlay } from '../../tree/overlay.ts'
import type { FileTree } from '../../tree/tree.ts'
import type { BaseTrees } from './base-trees.ts'
import type { Fetch } from './remote/fetch.ts'
import type { Share } from './share.ts'
import type { TimeStep } from './step-times.ts'

/** A layer of a stage: one of its base, or one that is written later. */
export type StageLayer =
  | { readonly kind: 'base'; readonly descriptor: Descriptor; readonly diffId: Digest; readonly from: Base }
  /** Without an instruction: the files of a context that the stage starts with. */
  | { readonly kind: 'new'; readonly overlay: Overlay; readonly instruction: Instruction | undefined }

/** A stage with all its instructions applied; its layers are written later. */
export type BuiltStage = {
  readonly config: Config
  readonly layers: readonly StageLayer[]
  readonly tree: FileTree
  /** What a stage based on this one inherits. */
  readonly values: Values
}

/** What a stage is built from. */
export type StageContext = {
  /** Name of the Dockerfile, for messages. */
  readonly file: string
  readonly escapeMark: '\\' | '`'
  readonly platform: Platform
  readonly globals: Values
  readonly buildArguments: Values
  readonly stageOf: (index: number) => Promise<BuiltStage>
  readonly baseOf: (reference: string) => Promise<Base>
  readonly treeOf: BaseTrees
  /** Returns the content of a named context for the platform. */
  readonly contextOf: (name: string) => Promise<OpenedContext>
  /** Number of topmost layers of the base image to drop. */
  readonly dropLayers: number
  /** The build context. */
  readonly context: FileTree
  /** Returns why a path is not in the build context, if known. */
  readonly whyMissing: (path: string) => string | undefined
  readonly fetch: Fetch
  /** Work that several platforms can share. */
  readonly share: Share
  /** Lets the event loop turn while files are copied. */
  readonly pause: Pause
  /** Measures the steps of this platform's image. */
  readonly timeStep: TimeStep
  /** Stages of the Dockerfile (count). */
  readonly stages: number
  /** Milliseconds since the epoch, for what instructions create. */
  readonly time: number
  /** A directory for temporary files. */
  readonly temporary: string
}
