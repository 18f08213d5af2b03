import { annotationAt } from '../dockerfile/read/inline.ts'
import { type ErrorCode, mayPassLater, type Place } from '../errors/action-error.ts'
import { problemsOf } from '../errors/gather.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { Run } from '../run-context.ts'
import { once } from '../source/once.ts'

/** An optional platform that the image does not have, and why. */
export type Omitted = {
  readonly platform: Platform
  readonly message: string
  /** The code of the error. */
  readonly code: string
  readonly place: Place | undefined
}

/**
 * What the stages returned for the platforms that succeeded, and the run with only those. `result` is undefined if the job of a part of the
 * image has no platform left.
 */
export type Narrowed<T> = { readonly run: Run; readonly result: T | undefined; readonly omitted: readonly Omitted[] }

/**
 * Runs the stages up to the smoke tests. If they fail only because of optional platforms (`linux/riscv64?`), runs them again without these. A
 * builder answers for the other platforms from its cache. Ends after as many repetitions as there are optional platforms.
 *
 * @throws ActionError of the stages: about a platform that is not optional, about no platform, or if the whole image has no platform left
 */
export async function withoutFailedPlatforms<T>(
  run: Run,
  stages: (run: Run) => Promise<T>,
  omitted: readonly Omitted[] = [],
): Promise<Narrowed<T>> {
  try {
    return { run, result: await stages(run), omitted }
  } catch (thrown) {
    const failed = failedOptional(run, thrown)
    if (failed.length === 0) throw thrown
    for (const { platform, message, place } of failed) {
      run.host.log.warning(
        `${formatPlatform(platform)} is optional and is omitted from the image: ${message}`,
        place === undefined ? {} : annotationAt(place.file, place.line),
      )
    }
    const left = without(run, failed)
    const all = [...omitted, ...failed]
    if (left.plan.build.platforms.length === 0) return { run: left, result: undefined, omitted: all }
    return withoutFailedPlatforms(left, stages, all)
  }
}

/** Returns the optional platforms that caused the error; none if anything else failed too, or if the image has no other platform. */
function failedOptional({ plan, host }: Run, thrown: unknown): readonly Omitted[] {
  const optional = new Map(plan.optionalPlatforms.map((platform) => [formatPlatform(platform), platform]))
  if (optional.size === 0 || host.signal.aborted) return []
  const [only, ...others] = plan.build.platforms
  const failed = new Map<string, Omitted>()
  for (const { platform: names, message, code, place } of problemsOf(thrown)) {
    // A failure that may disappear is not specific to the platform.
    if (code === 'internal' || code === 'cancelled' || mayPassLater(code)) return []
    // An engine that builds one platform may not name it.
    const subject = only && others.length === 0 && ofPlatform.includes(code) ? formatPlatform(only) : ''
    // Verification lists all platforms of a finding: `linux/amd64, linux/arm64`.
    for (const name of names?.split(', ') ?? [subject]) {
      const platform = optional.get(name)
      if (platform === undefined) return []
      failed.set(name, { platform, message, code, place })
    }
  }
  return plan.isPart || failed.size < plan.build.platforms.length ? [...failed.values()] : []
}

/** The codes of errors that a platform causes; others may concern the inputs, the context or the registry. */
const ofPlatform: readonly ErrorCode[] = [
  'build-failed',
  'smoke-failed',
  'emulator-missing',
  'emulator-crashed',
  'platform-mismatch',
  'platform-unsupported',
]

/** Returns the run without these platforms, with the same opened context. */
function without(run: Run, omitted: readonly Omitted[]): Run {
  const gone = new Set(omitted.map(({ platform }) => formatPlatform(platform)))
  const isKept = (platform: Platform): boolean => !gone.has(formatPlatform(platform))
  const { plan, source } = run
  return {
    ...run,
    plan: {
      ...plan,
      optionalPlatforms: plan.optionalPlatforms.filter(isKept),
      build: { ...plan.build, platforms: plan.build.platforms.filter(isKept) },
    },
    source: {
      ...source,
      reading: once(async () => {
        const reading = await source.reading()
        return reading && { ...reading, platforms: reading.platforms.filter(({ platform }) => isKept(platform)) }
      }),
    },
  }
}
