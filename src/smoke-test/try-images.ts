import { parallel } from '../bounds/parallel.ts'
import { sessionName } from '../cleanup/session-name.ts'
import type { ContainerImage, Containers, PushedImage } from '../containers/containers.ts'
import { openContainers } from '../containers/open-containers.ts'
import type { Built } from '../engine/built.ts'
import { type ActionError, toActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import { formatPlatform, runsNatively } from '../oci/platform.ts'
import { formatReference, type Reference } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedSmokeTest } from '../plan/smoke-test.ts'
import type { Run } from '../run-context.ts'
import { containerSpec } from './container-spec.ts'
import { judge, type Ran, type Subject } from './judge.ts'
import { type SmokeResult, smokeSection } from './result.ts'
import { runContainer } from './run-container.ts'

/** Maximum number of concurrent platforms, if they share nothing. */
const platformsAtOnce = 4

/**
 * Runs each platform's image in a container, and compares the result with the expectations of the test.
 * Images and containers have names of this run, and are removed.
 *
 * @throws ActionError `smoke-failed`, `platform-unsupported`, which list all problems; and errors of loading the images
 */
export async function tryImages(run: Run, built: Built, test: PlannedSmokeTest): Promise<readonly SmokeResult[]> {
  const { host } = run
  return host.log.group('Smoke test', async () => {
    const containers = await openContainers(test.containers, host)
    const natives = containers.natives ? await containers.natives() : [test.containers.native ?? []].flat()
    const trials = trialsOf(run, { built, test, containers, natives })
    const atOnce = sharesNothing(test) ? platformsAtOnce : 1
    const results = await parallel(atOnce, trials, (trial) => runTrial(trial, test, host), { signal: host.signal })
    const problems = results.flatMap(({ problem }) => problem ?? [])
    if (problems.length === 0) return results
    // A failure is not followed by a report.
    host.runner.writeSummary(smokeSection(results).join('\n'))
    throw combine('The smoke test', problems)
  })
}

/** Whether two of its containers can run concurrently. */
function sharesNothing({ ports, volumes, container: { network } }: PlannedSmokeTest): boolean {
  return (
    network !== 'host' &&
    ports.every(({ host }) => host === undefined) &&
    volumes.every(({ source }) => source === undefined)
  )
}

/** The image of one platform, and a function that runs it. */
type Trial = { readonly subject: Subject; readonly run: () => Promise<Ran> }

function trialsOf(
  run: Run,
  {
    built,
    test,
    containers,
    natives,
  }: {
    readonly built: Built
    readonly test: PlannedSmokeTest
    readonly containers: Containers
    readonly natives: readonly Platform[]
  },
): readonly Trial[] {
  const { host } = run
  return imagesOf(run, built).map((image) => {
    const { platform } = image
    const subject = subjectOf(platform, natives)
    return {
      subject,
      run: async () => {
        const name = `${sessionName(host.tempDir)}-smoke-${tagOf(platform)}`
        const stored = image.stored ?? (await built.nameInStore?.(platform))
        try {
          const from = await containers.ensureImage({ ...image, stored })
          const spec = containerSpec(test, { image: from, platform, env: host.env })
          return await runContainer(test, { containers, name, spec, subject, host })
        } finally {
          // The clean-up repeats a removal that fails here, and removes what a cancelled run leaves.
          if (stored === undefined && !host.signal.aborted)
            await containers.removeImage(image.name).catch(() => undefined)
        }
      },
    }
  })
}

/** The image of each platform. An engine that built one image into its own store only has no content. */
function imagesOf({ plan, host, access }: Run, { content, imageId }: Built): readonly ContainerImage[] {
  const nameOf = (platform: Platform): string => `${sessionName(host.tempDir)}-smoke:${tagOf(platform)}`
  if (content !== undefined) {
    const [repository] = content.isPushed ? repositoriesOf(plan.references) : []
    return content.tree.images.map((image) => {
      const { platform, manifest } = image
      const pushed = repository && pushedImage({ ...repository, digest: manifest.digest }, access)
      return { name: nameOf(platform), platform, content: { image, all: content }, stored: undefined, pushed }
    })
  }
  const [first] = plan.references
  const stored = imageId ?? (first === undefined ? '' : formatReference(first))
  return plan.build.platforms.map((platform) => ({ name: nameOf(platform), platform, content: undefined, stored }))
}

function pushedImage(reference: Reference, { credentialFor }: Run['access']): PushedImage {
  return {
    reference: formatReference(reference),
    registry: reference.registry,
    login: async () => {
      const found = await credentialFor(reference, 'pull')
      return found?.kind === 'basic' ? found : undefined
    },
  }
}

async function runTrial({ subject, run }: Trial, test: PlannedSmokeTest, { clock, log }: Host): Promise<SmokeResult> {
  const started = clock.now().getTime()
  const outcome = await run().then(
    (ran) => ({ log: ran.log, problem: judge(ran, test, subject) }),
    (thrown: unknown) => ({ log: [], problem: findingOf(thrown) }),
  )
  const milliseconds = clock.now().getTime() - started
  // A prefix: the runner must not interpret a container's output as workflow commands.
  for (const line of outcome.log) log.info(`${subject.platform} | ${line}`)
  const how = `${outcome.problem ? 'failed' : 'passed'} in ${(milliseconds / 1000).toFixed(1)} s`
  log.info(`${subject.platform}: ${how}${subject.emulated ? ', emulated' : ''}`)
  return { ...subject, milliseconds, ...outcome }
}

/** Returns errors that are findings about the image, and throws all others. */
function findingOf(thrown: unknown): ActionError {
  const error = toActionError(thrown)
  if (error.code === 'smoke-failed' || error.code === 'platform-unsupported') return error
  throw thrown
}

/** An unknown machine is taken for one of the platform. */
function subjectOf(platform: Platform, natives: readonly Platform[]): Subject {
  const emulated = natives.length > 0 && !natives.some((native) => runsNatively(platform, native))
  return { platform: formatPlatform(platform), emulated }
}

function tagOf(platform: Platform): string {
  return formatPlatform(platform).replaceAll('/', '-')
}
