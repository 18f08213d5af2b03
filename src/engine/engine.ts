import type { Facts } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Run } from '../run-context.ts'
import type { SourceOfBuild } from '../source/bases.ts'
import type { AnswerDocument, Question } from './answer.ts'
import type { Built } from './built.ts'
import type { LayerSink } from './layer-sink.ts'
import type { EnginePlan, PlannedEngine } from './traits.ts'

/**
 * An engine: a directory beside this file, and a row of the table in `engines.ts`. Its members are methods, not
 * function properties, so that engines with different specs fit in one table; each engine only gets specs that it
 * created.
 */
export type Engine<Spec = unknown> = {
  /**
   * Plans the build. Pure. `because` is the reason why it was selected.
   *
   * @throws ActionError if the engine cannot do what the inputs ask for, or is not available, with alternatives
   */
  plan(inputs: Inputs, facts: Facts, because: string): EnginePlan<Spec>
  /**
   * Why `engine: auto` does not select it here, such as "buildx is not installed"; undefined if it does, "" for a reason that nobody asks about. Absent for an engine that is only
   * selected by its name. Pure.
   */
  missing?(inputs: Inputs, facts: Facts): string | undefined
  /** How to start it if it is installed and does not start: the code and the hint of an error about RUN; undefined if that is not known. Pure. */
  howToStart?(facts: Facts): NonNullable<PlannedEngine['otherwise']> | undefined
  /** The spec for the debug log, without secrets. */
  describe(spec: Spec): unknown
  /** Loads its code; only called for the planned engine. */
  load(): Promise<EngineCode<Spec>>
}

/**
 * Builds every platform of the plan of `run`. Waits for the base images of `source` only if it needs them. `sink` may get layers before the build ends. Called again, with fewer platforms, if an optional one failed.
 *
 * @throws ActionError with the cause of a failed build
 */
export type Build = (run: Run, source: SourceOfBuild, sink?: LayerSink) => Promise<Built>

export type EngineCode<Spec = unknown> = {
  /**
   * Makes what all builds of this run need, such as a builder and files with secrets.
   *
   * @throws ActionError with the cause if it fails
   */
  prepare(spec: Spec, run: Run): Promise<Build>
  /**
   * Answers a question about the Dockerfile without a build.
   *
   * @throws ActionError if it cannot be answered: errors in the Dockerfile, or a builder that is too old
   */
  ask(spec: Spec, run: Run, question: Question): Promise<AnswerDocument>
  /** Returns checks that only this engine needs before a build. They reject with the problem. */
  checks?(spec: Spec, run: Run): readonly Promise<void>[]
  /** Returns the platforms that its builder reports; empty if it reports none. */
  offers?(spec: Spec, run: Run): Promise<readonly string[]>
}
