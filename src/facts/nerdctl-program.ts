import { join } from 'node:path'
import { searchPath } from '../host/exec/search-path.ts'
import type { Host } from '../host/host.ts'

export const nerdctlProgram = 'nerdctl'

/** Whether `findNerdctl` can return the path. */
export function isNerdctlProgram(path: string, { env }: Pick<Host, 'env'>): boolean {
  return searchPath(env).some((folder) => join(folder, nerdctlProgram) === path)
}
