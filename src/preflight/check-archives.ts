import { ActionError } from '../errors/action-error.ts'
import { gather } from '../errors/gather.ts'
import type { Run } from '../run-context.ts'
import { contextUses } from '../source/bases.ts'

/**
 * Checks that each image archive among the named contexts is readable and contains an image for every platform for which the Dockerfile
 * uses it.
 * | @throws ActionError `archive-invalid`, `image-not-found`, `platform-unsupported`
 */
export async function checkArchives({ plan, source }: Run): Promise<void> {
  const archives = plan.build.contexts.filter((context) => context.source.kind === 'archive')
  if (archives.length === 0) return
  const opened = await gather(
    'Preflight',
    archives.map(async ({ name }) => ({ name, archive: await source.archive(name) })),
  )
  // Errors of the Dockerfile are reported by its own check.
  const reading = await source.reading().catch(() => undefined)
  if (reading === undefined) return
  const { file } = reading.dockerfile
  const checks = opened.flatMap(({ name, archive }) =>
    contextUses(reading, name).map(async ({ platform, line }) => {
      await archive.check(platform).catch((error: unknown) => {
        if (!(error instanceof ActionError)) throw error
        throw error.with({ message: `${file}:${line}: ${error.message}`, place: { file, line }, cause: error })
      })
    }),
  )
  await gather('Preflight', checks)
}
