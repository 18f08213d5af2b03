import { givenArguments } from '../dockerfile/expand/arguments.ts'
import type { Run } from '../run-context.ts'
import { findBase } from './base.ts'
import { createOpenNamed } from './named-context.ts'
import { openMainContext } from './open-context.ts'
import type { OwnSource, Source } from './source.ts'

/**
 * Opens the context of the plan, fetching it if it is a repository, and gives access to its named contexts.
 *
 * @throws ActionError, errors of the directory and of the fetch
 */
export async function openOwnSource(
  { plan, host, access }: Omit<Run, 'source'>,
  archive: Source['archive'],
): Promise<OwnSource> {
  const { build } = plan
  const git = { host, logins: build.urlLogins, retries: access.retries }
  const keepGitDir = /^(?:1|t|true)$/i.test(
    givenArguments(build.buildArgs, host.env).get('BUILDKIT_CONTEXT_KEEP_GIT_DIR') ?? '',
  )
  const openNamed = createOpenNamed(build.contexts, { ...git, keepGitDir: false, findImage: access.findImage, archive })
  return {
    context: await openMainContext(build, { ...git, keepGitDir }),
    openNamed,
    baseOf: async (source, platform) => {
      if (source.kind === 'image') return findBase(access.findImage, source.reference, platform)
      const opened = source.kind === 'context' ? await openNamed(source.name, platform) : undefined
      return opened?.kind === 'image' ? opened.base : undefined
    },
  }
}
