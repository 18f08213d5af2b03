import type { Inputs } from '../inputs/inputs.ts'
import type { Traits } from './traits.ts'

/**
 * Returns who reads the Dockerfile with an engine that builds from it and answers no questions about it: those of `call` are answered here, for
 * which this program must be able to read it.
 */
export function whoReads({ call, dryRun }: Pick<Inputs, 'call' | 'dryRun'>): Traits['readsSource'] {
  return call === 'build' || dryRun ? 'builder' : 'us'
}
