import type { Contest } from './pairs.ts'

/** One comparison: what is built, and who against whom. */
export type Case = {
  readonly group: 'step' | 'classic' | 'embedded'
  readonly name: string
  /** Makes the context and fills the caches; the memory of the main step, where it is measured, comes with it. */
  readonly begin: () => Promise<{
    readonly contest: Contest
    readonly peak?: number
    readonly end: () => Promise<void>
  }>
}
