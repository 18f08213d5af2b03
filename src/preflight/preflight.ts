import { createLimiter } from '../bounds/limiter.ts'
import { checkEngine } from '../engine/build.ts'
import { ActionError } from '../errors/action-error.ts'
import { gather } from '../errors/gather.ts'
import type { Reference } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Run } from '../run-context.ts'
import type { CheckedSource } from '../source/bases.ts'
import { checkNamedContext } from '../source/context.ts'
import { checkArchives } from './check-archives.ts'
import { checkGate } from './check-gate.ts'
import { checkHubLogin } from './check-hub-login.ts'
import { checkImages } from './check-images.ts'
import { checkOutput } from './check-output.ts'
import { checkPush } from './check-push.ts'
import { checkSecret } from './check-secret.ts'
import { checkSecretMounts } from './check-secret-mounts.ts'
import { checkSpace } from './check-space.ts'
import { checkSsh } from './check-ssh.ts'
import { checkTag } from './check-tag.ts'
import { checkEmulation, type Emulation } from './emulation/check-emulation.ts'
import { warnUnknownStages } from './warn-unknown-stages.ts'

/** Facts found during the checks. */
export type Checked = CheckedSource & {
  /** For each machine that runs something for a foreign platform. */
  readonly emulations: readonly Emulation[]
}

/** Facts found before registries have answered. */
export type Ready = Pick<Checked, 'reading' | 'emulations'> & { readonly bases: Promise<Checked['bases']> }

/** Preflight while registries have not answered yet. */
export type Started = {
  /** One result for each variant. */
  readonly ready: readonly Ready[]
  /**
   * Resolves when the base images are found, all registries grant push access and no fixed tag exists. Rejects with the errors of the
   * registries.
   */
  readonly passed: Promise<void>
  /** Resolves when `passed` is settled and no request of preflight is in progress: the last are aborted after some seconds. Never rejects. */
  readonly end: () => Promise<void>
}

/** Milliseconds for the cancellations of uploads at the end. A registry deletes abandoned uploads. */
const lastMoment = 5_000
/** Maximum number of concurrent checks of one registry: each may open a connection, and registries limit these. */
const checksAtOnce = 16

/**
 * Checks before the build whether the plan can work. All checks run in parallel and report their findings in one error; facts that cannot
 * be determined are logged. With `preflight: false`, only local files are read, and no request is sent. Its last request, which cancels an
 * upload, is left to `afterReport` if given and no check fails.
 *
 * @throws ActionError `input-invalid`, `context-not-found`, `dockerfile-not-found`, `dockerfile-invalid`, `secret-not-found`, `feature-missing`,
 * `platform-unsupported`, `image-not-found`, `archive-invalid`, `builder-not-found`, `daemon-unreachable`, `emulator-missing`, `output-unwritable`,
 * `gate-failed`, `tag-exists`, and those of the registry
 */
export async function preflight(run: Run, afterReport?: (work: () => Promise<void>) => void): Promise<Checked> {
  const {
    ready: [ready],
    passed,
    end,
  } = await startPreflight(run, [run])
  if (afterReport === undefined) await end()
  await passed.catch(async (error: unknown) => {
    await end()
    throw error
  })
  afterReport?.(end)
  if (ready === undefined) throw new ActionError('internal', 'Nothing was checked')
  return whenFound(ready)
}

/** Returns the facts when the base images are found. */
export async function whenFound({ bases, ...ready }: Ready): Promise<Checked> {
  return { ...ready, bases: await bases }
}

/**
 * Like `preflight`, for a build whose platforms have different Dockerfiles or settings: one result for each of `variants`. What does not depend on
 * the Dockerfile is checked once. Returns as soon as everything that the build needs is checked, while registries may still have to answer.
 * If a check fails before, their errors are included.
 */
export async function startPreflight(run: Run, variants: readonly Run[]): Promise<Started> {
  const { plan, host } = run
  for (const variant of variants) await checkHubLogin(variant)
  const begun = host.clock.now().getTime()
  const asked = plan.preflight && plan.push
  const repositories = asked ? repositoriesOf(plan.references) : []
  const tags = asked && plan.ifExists !== 'overwrite' ? plan.tags.filter(({ moves }) => !moves) : []
  const cancellations: Promise<void>[] = []
  const onCancel = (cancelling: Promise<void>): void => void cancellations.push(cancelling)
  const late = new AbortController()
  const probing = { ...run, host: { ...host, signal: AbortSignal.any([host.signal, late.signal]) } }
  const inTurn = perRegistry(plan.references)
  const registries = gather('Preflight', [
    ...repositories.map((one) => inTurn(one, () => checkPush(probing, one, onCancel))),
    ...tags.map(({ reference }) => inTurn(reference, () => checkTag(run, reference))),
  ])
  const opened = variants.map((variant) => ({ variant, images: findImages(variant) }))
  const images = gather(
    'Preflight',
    opened.map((one) => one.images),
  )
  const local = gather('Preflight', [
    gather(
      'Preflight',
      opened.map((one) => checkDockerfile(one.variant, one.images)),
    ),
    ...plan.build.contexts.map(checkNamedContext),
    ...variants.map(checkArchives),
    ...plan.build.secrets.map((secret) => checkSecret(run, secret)),
    ...plan.build.ssh.map((agent) => checkSsh(run, agent)),
    ...plan.outputs.map(checkOutput),
    checkGate(run),
    // Modes that build nothing do not load their engine.
    ...(plan.mode === 'build' ? variants.map(checkEngine) : []),
    ...(plan.preflight ? [checkSpace(run)] : []),
  ])
  const passed = gather('Preflight', [local, images, registries]).then(() => {
    const took = host.clock.now().getTime() - begun
    host.log.info(plan.preflight ? `Preflight passed in ${took} ms` : 'Preflight is off')
  })
  // The caller waits for it later.
  passed.catch(() => undefined)
  const end = async (): Promise<void> => {
    await passed.catch(() => undefined)
    const over = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      late.abort()
      over.resolve()
    }, lastMoment)
    await Promise.race([Promise.all(cancellations), over.promise])
    clearTimeout(timer)
  }
  const [ready] = await local.catch(async (error: unknown) => {
    await end()
    await passed
    throw error
  })
  return { ready, passed, end }
}

/** Limits the checks of each registry. */
function perRegistry(
  references: readonly Reference[],
): <R>(target: Pick<Reference, 'registry'>, check: () => Promise<R>) => Promise<R> {
  const limiters = new Map(references.map(({ registry }) => [registry, createLimiter(checksAtOnce)]))
  return (target, check) => limiters.get(target.registry)?.(check) ?? check()
}

/** Looks up every image that the Dockerfile needs. */
async function findImages(run: Run): Promise<CheckedSource> {
  const { plan, source } = run
  const reading = await source.reading()
  // An engine for which this program parses the Dockerfile builds with the images that are found here.
  const isNeeded = plan.preflight || plan.engine.traits.readsSource === 'us'
  return reading !== undefined && isNeeded ? checkImages(run, reading) : { reading, bases: [] }
}

/**
 * Checks every secret that the Dockerfile needs, and every platform on which it runs something. Waits for the images only if they add
 * instructions.
 */
async function checkDockerfile(run: Run, images: Promise<CheckedSource>): Promise<Ready> {
  const { plan, source } = run
  const written = await source.reading()
  if (written !== undefined) warnUnknownStages(run, written)
  const [emulations, { reading }] = await gather('Preflight', [
    checkEmulation(run, written),
    plan.engine.traits.readsSource === 'us' ? images : Promise.resolve({ reading: written }),
    plan.preflight && written !== undefined ? checkSecretMounts(run, written) : Promise.resolve(),
  ])
  const bases = images.then((found) => found.bases)
  // A build may not wait for them.
  bases.catch(() => undefined)
  return { reading, bases, emulations }
}
