import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError } from '../errors.ts'
import type { BuildSpec } from '../plan/plan.ts'

/**
 * The path of the Dockerfile; undefined when the builder fetches it itself.
 *
 * @throws ActionError `context-not-found`, `dockerfile-not-found`
 */
export function checkContext(build: BuildSpec): string | undefined {
  if (!build.contextIsFolder) return undefined
  if (!isThere(build.context, 'folder')) {
    throw new ActionError('context-not-found', `Cannot build: the context ${build.context} is not a folder`, {
      hint: 'Relative paths start from the workspace. Is actions/checkout missing before this step?',
    })
  }
  const file = build.file ?? join(build.context, 'Dockerfile')
  if (/^https?:\/\//.test(file)) return undefined
  // buildx takes a `dockerfile` where there is no `Dockerfile`.
  const others = build.file === undefined ? [join(build.context, 'dockerfile')] : []
  const found = [file, ...others].find((path) => isThere(path, 'file'))
  if (found !== undefined) return found
  throw new ActionError('dockerfile-not-found', `Cannot build: there is no Dockerfile at ${file}`, {
    hint: 'Name it with `file`; its path starts from the workspace, not from the context.',
  })
}

function isThere(path: string, kind: 'file' | 'folder'): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return (kind === 'folder' ? found?.isDirectory() : found?.isFile()) ?? false
}
