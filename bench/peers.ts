import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { rig } from '../test/e2e/support/rig.ts'
import type { Options } from './options.ts'

/** The programs that the step is compared with, besides `docker buildx`. What is missing is left out. */
export type Peers = {
  /** The program. */
  readonly crane: string | undefined
  /** Directories with an action.yml and its bundle. */
  readonly buildPushAction: string | undefined
  readonly metadataAction: string | undefined
  /** The directory of another build of this action. */
  readonly dist: string | undefined
}

/** Finds crane by its option, in the rig or on PATH, and the actions by their options. */
export function findPeers({ crane, buildPushAction, metadataAction, dist }: Options): Peers {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'crane'))
  return {
    crane: crane ?? rig.crane ?? onPath.find((path) => existsSync(path)),
    buildPushAction: buildPushAction && resolve(buildPushAction),
    metadataAction: metadataAction && resolve(metadataAction),
    dist: dist && resolve(dist),
  }
}
