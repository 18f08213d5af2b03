import { join } from 'node:path'
import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import type { Platform } from '../../oci/types.ts'
import type { PlannedContext } from '../../plan/context.ts'
import { checkNamedContext } from '../context.ts'
import type { LayoutImage } from '../layout-base.ts'
import { once } from '../once.ts'

/** An archive of images that is a named context. */
export type ContextArchive = {
  /** Throws ActionError `platform-unsupported` if its image does not support the platform. */
  readonly check: (platform: Platform) => Promise<void>
  /** Returns the image as an OCI layout in the step's directory, written on first use. */
  readonly layout: () => Promise<LayoutImage>
}

/** Returns the archive for the named context with this name, opened on first use. */
export type FindArchive = (name: string) => Promise<ContextArchive>

/** Opens the archives among the named contexts on demand, each once. Their code is loaded with the first. */
export function openArchives(contexts: readonly PlannedContext[], host: Host): FindArchive {
  const opened = contexts.map((context, index) =>
    once(async (): Promise<ContextArchive> => {
      const { source } = context
      await checkNamedContext(context)
      if (source.kind !== 'archive') throw new ActionError('internal', 'The context is not an archive')
      const { openImageArchive } = await import('./image-archive.ts')
      const archive = await openImageArchive(source, { dir: join(host.tempDir, `archive-${index}`), host })
      return { check: archive.check, layout: once(archive.unpack) }
    }),
  )
  return async (name) => {
    const open = opened[contexts.findIndex((one) => one.name === name)]
    if (open === undefined) throw new ActionError('internal', `There is no context ${name}`)
    return await open()
  }
}
