import { join } from 'node:path'
import { isExcess } from '../dockerfile/problem.ts'
import { findRuns, refuseRuns } from '../dockerfile/stages/stages.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { hostPlatform } from '../host/platform.ts'
import { parsePlatform } from '../oci/platform.ts'
import type { Plan } from '../plan/plan.ts'
import { findNamedFile } from '../tree/named-file.ts'
import { checkContext } from './context.ts'
import { checkIgnoreFiles } from './dockerfile-text.ts'
import { type Reading, readStages } from './needed-stages.ts'

/**
 * The Dockerfile, read for every platform; undefined where the builder fetches it, and with buildx where it cannot be
 * read: it may ask for a frontend of its own, so only BuildKit says what is wrong with it. What is over a limit would take the memory of
 * the builder, and is refused for every engine.
 *
 * @throws ActionError `context-not-found`, `dockerfile-not-found`, `dockerfile-invalid` for what is over a limit; with the embedded engine `dockerfile-invalid`, and
 * `feature-missing` for RUN
 */
export async function readDockerfile({ engine, build }: Plan, { env, os, log }: Host): Promise<Reading | undefined> {
  const file = checkContext(build)
  if (file === undefined) return undefined
  if (build.dockerfileInline === undefined) await checkLink(file)
  if (build.contextIsFolder) await checkIgnoreFiles([`${file}.dockerignore`, join(build.context, '.dockerignore')])
  const [native] = engine.name === 'buildx' ? engine.natives : []
  const buildPlatform = native === undefined ? hostPlatform({ os }) : parsePlatform(native)
  try {
    const reading = await readStages(file, build, { buildPlatform, env })
    if (engine.name === 'embedded') {
      for (const { stages } of reading.platforms) {
        refuseRuns(file, findRuns(stages), [`buildx (embedded is used: ${engine.because})`])
      }
    }
    return reading
  } catch (error) {
    if (!(error instanceof ActionError) || isExcess(error)) throw error
    if (engine.name === 'embedded') {
      // The refusal of RUN comes from what keeps an engine away that would execute it.
      throw error.code === 'feature-missing' && engine.otherwise !== undefined ? error.with(engine.otherwise) : error
    }
    log.debug(`Preflight cannot read the Dockerfile, and leaves it to BuildKit: ${error.message}`)
    return undefined
  }
}

/** Throws ActionError `dockerfile-not-found` for a link out of the Dockerfile's directory, which BuildKit does not follow. */
async function checkLink(file: string): Promise<void> {
  if ((await findNamedFile(file)) !== undefined) return
  throw new ActionError('dockerfile-not-found', `Cannot build: ${file} is a symbolic link out of its directory`, {
    hint: 'Name the file that it points to with `file`. Links within the directory are followed.',
  })
}
