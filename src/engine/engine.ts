import type { Facts } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Run } from '../run-context.ts'
import type { CheckedSource } from '../source/bases.ts'
import type { AnswerDocument, Question } from './answer.ts'
import type { Built } from './built.ts'
import type { EnginePlan } from './traits.ts'

/**
 * An engine: a folder of this one, and a row of the table in `engines.ts`. Methods, and not functions as fields, so that engines with
 * specs of different types are rows of one table; each is only given specs that it has made.
 */
export type Engine<Spec = unknown> = {
  /**
   * Decides how it builds here. Pure. `because` is why it was chosen.
   *
   * @throws ActionError what it cannot do, or what is missing here, saying what can be done
   */
  plan(inputs: Inputs, facts: Facts, because: string): EnginePlan<Spec>
  /**
   * Why `engine: auto` does not select it here, such as "buildx is not installed"; undefined if it does. Absent for an engine that is only
   * selected by its name. Pure.
   */
  missing?(inputs: Inputs, facts: Facts): string | undefined
  /** The spec for the debug log, without what may be a secret. */
  describe(spec: Spec): unknown
  /** Its code, which is loaded for the engine of the plan alone. */
  load(): Promise<EngineCode<Spec>>
}

export type EngineCode<Spec = unknown> = {
  /**
   * Builds every platform of the plan.
   *
   * @throws ActionError what the build failed from
   */
  build(spec: Spec, run: Run, checked: CheckedSource): Promise<Built>
  /**
   * Answers a question about the Dockerfile, and builds nothing.
   *
   * @throws ActionError why it cannot be answered: mistakes in the Dockerfile, or a builder that is too old
   */
  ask(spec: Spec, run: Run, question: Question): Promise<AnswerDocument>
  /** What only this engine needs to have looked at before a build. They reject with what is wrong. */
  checks?(spec: Spec, run: Run): readonly Promise<void>[]
  /** The platforms that its builder says it can build now; none where it does not say. */
  offers?(spec: Spec, run: Run): Promise<readonly string[]>
}
