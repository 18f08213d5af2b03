import type { Contest } from './pairs.ts'

/** One comparison: the build, and the programs to compare. */
export type Case = {
  readonly group: 'step' | 'classic' | 'embedded'
  readonly name: string
  /** Creates the context and fills the caches; returns the memory of the main step if it is measured. */
  readonly begin: () => Promise<{
    readonly contest: Contest
    readonly peak?: number
    readonly end: () => Promise<void>
  }>
}
