import { join } from 'node:path'
import { isExcess } from '../dockerfile/problem.ts'
import { findRuns, refuseRuns } from '../dockerfile/stages.ts'
import { ActionError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import { hostPlatform } from '../host/platform.ts'
import { parsePlatform } from '../oci/platform.ts'
import type { Plan } from '../plan/plan.ts'
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
  if (build.contextIsFolder) await checkIgnoreFiles([`${file}.dockerignore`, join(build.context, '.dockerignore')])
  const [native] = engine.name === 'buildx' ? engine.natives : []
  const buildPlatform = native === undefined ? hostPlatform({ os }) : parsePlatform(native)
  try {
    const reading = await readStages(file, build, { buildPlatform, env })
    if (engine.name === 'embedded') {
      for (const { stages } of reading.platforms) {
        refuseRuns(file, findRuns(stages), [`buildx; embedded was taken because ${engine.because}`])
      }
    }
    return reading
  } catch (error) {
    if (engine.name === 'embedded' || !(error instanceof ActionError) || isExcess(error)) throw error
    log.debug(`Preflight cannot read the Dockerfile, and leaves it to BuildKit: ${error.message}`)
    return undefined
  }
}
