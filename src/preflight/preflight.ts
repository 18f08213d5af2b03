import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError } from '../errors.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { BuildSpec, Plan } from '../plan/plan.ts'
import type { RegistryClient } from '../registry/client.ts'

/**
 * Looks, before anything is built, whether what the plan needs is there, and whether each registry would take the push:
 * an upload is opened and cancelled.
 *
 * @throws ActionError `context-not-found`, `dockerfile-not-found`, and those of the registry
 */
export async function preflight(plan: Plan, registry: RegistryClient): Promise<void> {
  checkContext(plan.build)
  if (plan.push) await Promise.all(repositoriesOf(plan.references).map((repository) => registry.checkPush(repository)))
}

function checkContext(build: BuildSpec): void {
  if (!build.contextIsFolder) return
  if (!isThere(build.context, 'folder')) {
    throw new ActionError('context-not-found', `Cannot build: the context ${build.context} is not a folder`, {
      hint: 'Relative paths start from the workspace. Is actions/checkout missing before this step?',
    })
  }
  const file = build.file ?? join(build.context, 'Dockerfile')
  // buildx fetches a Dockerfile by itself, and takes a `dockerfile` where there is no `Dockerfile`.
  if (/^https?:\/\//.test(file)) return
  const others = build.file === undefined ? [join(build.context, 'dockerfile')] : []
  if (![file, ...others].some((path) => isThere(path, 'file'))) {
    throw new ActionError('dockerfile-not-found', `Cannot build: there is no Dockerfile at ${file}`, {
      hint: 'Name it with `file`; its path starts from the workspace, not from the context.',
    })
  }
}

function isThere(path: string, kind: 'file' | 'folder'): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return (kind === 'folder' ? found?.isDirectory() : found?.isFile()) ?? false
}
