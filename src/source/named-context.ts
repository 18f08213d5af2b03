import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError } from '../errors/action-error.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedContext } from '../plan/context.ts'
import type { FindImage } from '../registry/pull/find-image.ts'
import { emptyTree, type FileTree } from '../tree/tree.ts'
import type { FindArchive } from './archive/context-archives.ts'
import { type Base, findBase } from './base.ts'
import { findLayoutBase } from './layout-base.ts'
import { type GitCircumstances, openFolder, openGit } from './open-context.ts'

/** The content of a named context: files, or an image. */
export type OpenedContext =
  | { readonly kind: 'tree'; readonly tree: FileTree }
  | { readonly kind: 'image'; readonly base: Base }

/** Opens a named context for a platform. Files, which are the same for all platforms, are opened once. */
export type OpenNamed = (name: string, platform: Platform) => Promise<OpenedContext>

/**
 * Creates an OpenNamed.
 *
 * @throws by its result, ActionError of the directory, repository, layout or registry
 */
export function createOpenNamed(
  contexts: readonly PlannedContext[],
  { findImage, archive, ...git }: GitCircumstances & { readonly findImage: FindImage; readonly archive: FindArchive },
): OpenNamed {
  const trees = new Map<string, Promise<FileTree>>()
  const once = (name: string, open: () => Promise<FileTree>): Promise<FileTree> => {
    const opening = trees.get(name) ?? open()
    trees.set(name, opening)
    return opening
  }
  return async (wanted, platform) => {
    const source = contexts.find(({ name }) => name === wanted)?.source
    switch (source?.kind) {
      case 'path':
        return { kind: 'tree', tree: await once(wanted, () => openFolder(source.path, git.host)) }
      case 'git': {
        const dir = join(mkdtempSync(join(git.host.tempDir, 'context-')), 'git')
        return { kind: 'tree', tree: await once(wanted, async () => (await openGit(source.url, { ...git, dir })).tree) }
      }
      case 'image':
        if (source.reference === 'scratch') return { kind: 'tree', tree: emptyTree }
        return { kind: 'image', base: await findBase(findImage, source.reference, platform) }
      case 'layout':
        return { kind: 'image', base: await findLayoutBase(source, platform) }
      case 'archive':
        return { kind: 'image', base: await findLayoutBase(await (await archive(wanted)).layout(), platform) }
      case undefined:
        throw new ActionError('internal', `There is no context ${wanted}`)
    }
  }
}
