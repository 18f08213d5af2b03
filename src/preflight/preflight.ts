import { findRuns, refuseRuns } from '../dockerfile/stages.ts'
import { ActionError } from '../errors.ts'
import { gather } from '../gather.ts'
import type { Host } from '../host/host.ts'
import { hostPlatform } from '../host/platform.ts'
import type { LoggedIn } from '../login/login.ts'
import { parsePlatform } from '../oci/platform.ts'
import type { Repository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Plan } from '../plan/plan.ts'
import type { FoundImage } from '../registry/find-image.ts'
import { type BaseUse, baseUses, findBase } from './bases.ts'
import { checkContext, checkNamedContext } from './context.ts'
import { isInStore } from './local-image.ts'
import { type Reading, readStages } from './needed-stages.ts'
import { checkOutput } from './output.ts'

/** What was learnt on the way. */
export type Checked = {
  /** The Dockerfile; undefined where the builder alone reads it. */
  readonly reading: Reading | undefined
  /** The images it needs, as far as they could be found from here. */
  readonly bases: readonly (BaseUse & { readonly image: FoundImage })[]
}

/**
 * Looks, before anything is built, whether the plan can work: the context and the Dockerfile are there, every base
 * image has every platform, each output can be written, and each registry would take the push. All of it side by side, all findings in one error.
 *
 * @throws ActionError `context-not-found`, `dockerfile-not-found`, `dockerfile-invalid`, `platform-unsupported`,
 * `image-not-found`, `output-unwritable`, `feature-missing`, and those of the registry
 */
export async function preflight(plan: Plan, login: LoggedIn, host: Host): Promise<Checked> {
  const pushes = plan.push ? repositoriesOf(plan.references) : []
  const [checked] = await gather('Preflight', [
    checkDockerfile(plan, login, host),
    ...plan.build.contexts.map(checkNamedContext),
    ...plan.outputs.map(checkOutput),
    ...(plan.smokeTest ? [checkDockerProgram(host)] : []),
    ...pushes.map((repository) => checkPush(repository, login, host)),
  ])
  return checked
}

/** The smoke test speaks to the daemon through it. */
async function checkDockerProgram({ exec }: Host): Promise<void> {
  const { ok, status } = await exec('docker', ['--version'])
  if (ok) return
  const found = status === 127 ? 'there is no docker program on PATH' : `docker --version exits with ${status}`
  throw new ActionError('feature-missing', `Cannot run the smoke test: ${found}`, {
    hint: 'Install the Docker CLI (package docker-ce-cli or docker-cli), or leave smoke-test empty.',
  })
}

async function checkPush(repository: Repository, { registry }: LoggedIn, { log }: Host): Promise<void> {
  if (await registry.checkPush(repository)) return
  log.info(`Preflight could not ask ${repository.registry} whether ${repository.repository} can be pushed to`)
}

async function checkDockerfile(plan: Plan, login: LoggedIn, host: Host): Promise<Checked> {
  const file = checkContext(plan.build)
  const reading = file === undefined ? undefined : await readAs(file, plan, host)
  if (reading === undefined) return { reading, bases: [] }
  const found = await gather(
    'Preflight',
    baseUses(reading, plan.build.contexts).map((use) => checkBase(use, reading, { plan, login, host })),
  )
  return { reading, bases: found.filter((base) => base !== undefined) }
}

/** The Dockerfile; with buildx, only BuildKit says what is wrong with one, since it may ask for a frontend of its own. */
async function readAs(file: string, { engine, build }: Plan, { env, os, log }: Host): Promise<Reading | undefined> {
  const native = engine.name === 'buildx' ? engine.native : undefined
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
    if (engine.name === 'embedded' || !(error instanceof ActionError)) throw error
    log.debug(`Preflight cannot read the Dockerfile, and leaves it to BuildKit: ${error.message}`)
    return undefined
  }
}

type Circumstances = { readonly plan: Plan; readonly login: LoggedIn; readonly host: Host }

async function checkBase(
  use: BaseUse,
  { dockerfile }: Reading,
  { plan, login, host }: Circumstances,
): Promise<Checked['bases'][number] | undefined> {
  try {
    return { ...use, image: await findBase(use, dockerfile.file, login.findImage) }
  } catch (error) {
    if (plan.engine.name === 'embedded' || !(error instanceof ActionError) || error.code === 'cancelled') throw error
    // The docker driver begins with what the daemon has, if it has it.
    if (plan.engine.builder.driver === 'docker' && (await isInStore(use, { ...plan.engine, host }))) return undefined
    if (certain.has(error.code)) throw error
    // The builder may have another way there: a mirror, a network of its own.
    host.log.info(`Preflight could not look at the base image ${use.reference}: ${error.message}`)
    return undefined
  }
}

const certain = new Set(['platform-unsupported', 'image-not-found', 'registry-unauthorized', 'registry-denied'])
