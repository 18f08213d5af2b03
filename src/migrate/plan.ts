import type { Edit } from './source-text.ts'

/** The lines of one input for the new step, with their keys in the first column. */
export type Contribution = {
  /** The index of the build step. */
  readonly build: number
  /** The input whose lines they replace, or the position of new inputs. */
  readonly place: { readonly replaces: string } | 'first' | 'last'
  readonly lines: readonly string[]
}

/** A remark for the user. Lines count from 0. */
export type Note = { readonly line: number; readonly text: string }

/** The plan for a step that prepares a build. */
export type StepPlan =
  | {
      readonly kind: 'removed'
      readonly contributions: readonly Contribution[]
      readonly edits: readonly Edit[]
      readonly notes: readonly Note[]
      /** New IDs of build steps, by their index. */
      readonly ids?: ReadonlyMap<number, string>
    }
  | {
      readonly kind: 'kept'
      readonly reason: string
      readonly contributions?: readonly Contribution[]
      readonly edits?: readonly Edit[]
    }

/** Formats a name of the workflow as code in a message. */
export function code(text: string): string {
  return `\`${text.slice(0, 100).replace(/\s+/g, ' ')}\``
}

/** What to do about jobs that build one image together, which only their author can rewrite: the steps between them are scripts. */
export const oneStep =
  'Rewrite these jobs by hand: with the input `platform`, the jobs of a matrix publish one image without a job that joins them, see docs/recipes/native-runners.md; or build all `platforms` in one step'

/** Formats a line number such as `line 12`, counted from 1. */
export function lineName(line: number): string {
  return `line ${line + 1}`
}
