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
  /** Throws ActionError `platform-unsupported` where its image has nothing for the platform. */
  readonly check: (platform: Platform) => Promise<void>
  /** The image as an OCI layout in the folder of this step, written for the first who asks. */
  readonly layout: () => Promise<LayoutImage>
}

/** The archive that is the named context of this name, opened for the first who asks. */
export type FindArchive = (name: string) => Promise<ContextArchive>

/** The archives among the named contexts, each opened once and unpacked once. Their code is loaded with the first. */
export function openArchives(contexts: readonly PlannedContext[], host: Host): FindArchive {
  const opened = contexts.map((context, index) =>
    once(async (): Promise<ContextArchive> => {
      const { source } = context
      await checkNamedContext(context)
      if (source.kind !== 'archive') throw new ActionError('internal', 'The context is not an archive')
      const { openImageArchive } = await import(/* webpackChunkName: "archive" */ './image-archive.ts')
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
