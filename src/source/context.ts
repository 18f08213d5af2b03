import { statSync } from 'node:fs'
import { join } from 'node:path'
import { inlineDockerfile } from '../dockerfile/read/inline.ts'
import { ActionError } from '../errors/action-error.ts'
import type { PlannedContext } from '../plan/context.ts'
import type { BuildSpec } from '../plan/plan.ts'

/**
 * Checks that the build context and the Dockerfile exist. Returns the path of the Dockerfile, or the name of an inline
 * one; undefined if the builder fetches it.
 *
 * @throws ActionError `context-not-found`, `dockerfile-not-found`
 */
export function checkContext(build: BuildSpec): string | undefined {
  if (!build.contextIsFolder) return build.dockerfileInline === undefined ? undefined : inlineDockerfile
  if (!isThere(build.context, 'folder')) {
    throw new ActionError('context-not-found', `Cannot build: the context ${build.context} is not a directory`, {
      hint: 'Check the path, which is relative to the workspace, and that actions/checkout runs before this step.',
    })
  }
  if (build.dockerfileInline !== undefined) return inlineDockerfile
  const file = build.file ?? join(build.context, 'Dockerfile')
  if (/^https?:\/\//.test(file)) return undefined
  // buildx falls back to `dockerfile` if `Dockerfile` does not exist.
  const others = build.file === undefined ? [join(build.context, 'dockerfile')] : []
  const found = [file, ...others].find((path) => isThere(path, 'file'))
  if (found !== undefined) return found
  throw new ActionError('dockerfile-not-found', `Cannot find the Dockerfile: ${file} does not exist or is not a file`, {
    hint: 'Set `file`. Its path is relative to the workspace, not to the context.',
  })
}

/**
 * Checks that a named context exists, if this can be determined without fetching it. Throws ActionError
 * `context-not-found`.
 */
export async function checkNamedContext({ name, source }: PlannedContext): Promise<void> {
  const [path, found, what] =
    source.kind === 'layout'
      ? [source.path, isThere(join(source.path, 'index.json'), 'file'), 'an OCI layout']
      : source.kind === 'archive'
        ? [source.path, isThere(source.path, 'file'), 'a file']
        : source.kind === 'path'
          ? [source.path, isThere(source.path, 'folder'), 'a directory']
          : ['', true, '']
  if (found) return
  throw new ActionError('context-not-found', `Cannot build: the context ${name}, ${path}, is not ${what}`, {
    hint: 'Check the path, which is relative to the workspace. For an image, use docker-image://reference, for a saved one docker-archive:file.',
  })
}

function isThere(path: string, kind: 'file' | 'folder'): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return (kind === 'folder' ? found?.isDirectory() : found?.isFile()) ?? false
}
