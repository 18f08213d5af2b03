import { parallel } from '../bounds/parallel.ts'
import { sessionName } from '../cleanup/session-name.ts'
import type { Built } from '../engine/built.ts'
import { type ActionError, toActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import { formatPlatform, runsNatively } from '../oci/platform.ts'
import { formatReference } from '../oci/reference.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedSmokeTest } from '../plan/smoke-test.ts'
import type { Run } from '../run-context.ts'
import { withInterimImage } from './interim-image.ts'
import { judge, type Ran, type Subject } from './judge.ts'
import { type SmokeResult, smokeSection } from './result.ts'
import { runContainer } from './run-container.ts'

/** Maximum number of concurrent platforms, if they share nothing. */
const platformsAtOnce = 4

/**
 * Runs each platform's image on the daemon of the plan, and compares the result with the expectations of the test.
 * Images and containers have names of this run, and are removed.
 *
 * @throws ActionError `smoke-failed`, `platform-unsupported`, which list all problems; and errors of loading the images
 */
export async function tryImages(run: Run, built: Built, test: PlannedSmokeTest): Promise<readonly SmokeResult[]> {
  const { host } = run
  return host.log.group('Smoke test', async () => {
    const trials = trialsOf(run, built, test)
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

function trialsOf({ plan, host }: Run, built: Built, test: PlannedSmokeTest): readonly Trial[] {
  const { content, imageId } = built
  const prefix = `${sessionName(host.tempDir)}-smoke`
  const container = (platform: Platform, image: string): Promise<Ran> => {
    const name = `${prefix}-${tagOf(platform)}`
    return runContainer(test, { name, image, platform, subject: subjectOf(platform, test), host })
  }
  if (content === undefined) {
    const [first] = plan.references
    const image = imageId ?? (first === undefined ? '' : formatReference(first))
    return plan.build.platforms.map((platform) => ({
      subject: subjectOf(platform, test),
      run: () => container(platform, image),
    }))
  }
  return content.tree.images.map((image) => {
    const { platform } = image
    const name = `${prefix}:${tagOf(platform)}`
    const work = (): Promise<Ran> => container(platform, name)
    return {
      subject: subjectOf(platform, test),
      run: async () => {
        const stored = await built.nameInStore?.(platform)
        if (stored !== undefined) return container(platform, stored)
        return withInterimImage(image, test.daemon, { name, content, host, work })
      },
    }
  })
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

function subjectOf(platform: Platform, { daemon }: PlannedSmokeTest): Subject {
  return { platform: formatPlatform(platform), emulated: !runsNatively(platform, daemon) }
}

function tagOf(platform: Platform): string {
  return formatPlatform(platform).replaceAll('/', '-')
}
