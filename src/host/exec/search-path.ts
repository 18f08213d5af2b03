import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter } from 'node:path'
import type { Environment } from '../host.ts'

/** Returns the directories of PATH, in their order. */
export function searchPath(env: Environment): readonly string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
}

/** Whether a file exists that this user is allowed to execute. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
