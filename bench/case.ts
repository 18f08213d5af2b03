import type { Rig } from '../test/e2e/support/rig.ts'
import type { Contest } from './pairs.ts'
import type { Peers } from './peers.ts'

export const groups = [
  ...(['step', 'actions', 'classic', 'embedded', 'latency', 'pipeline', 'load'] as const),
  ...(['join', 'nodes', 'start', 'verification'] as const),
]

/** One comparison: the build, and the programs to compare. */
export type Case = {
  readonly group: (typeof groups)[number]
  readonly name: string
  /** The parts of the rig that it needs. */
  readonly needs: readonly (keyof Rig)[]
  /** Whether it takes minutes or gigabytes. `--quick` leaves it out. */
  readonly isLong?: boolean
  /** The number of items of a `load` case, and the series that it belongs to. */
  readonly load?: { readonly series: string; readonly items: number }
  readonly begin: () => Promise<Begun>
}

/** A case whose context exists and whose caches are filled. */
export type Begun = {
  readonly contest: Contest
  /** The most memory of the main step, in bytes, if it is measured. */
  readonly peak?: number
  /** Prints where the time goes, for `--trace`. */
  readonly trace?: () => Promise<void>
  readonly end: () => Promise<void>
}

/** Creates the cases of one file. */
export type MakeCases = (peers: Peers) => readonly Case[]

/** The part of a name of a repository or file that stands for a case. */
export function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}
