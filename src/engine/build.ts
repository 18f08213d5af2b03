import { gather } from '../errors/gather.ts'
import type { Run } from '../run-context.ts'
import type { SourceOfBuild } from '../source/bases.ts'
import type { Built } from './built.ts'
import type { Build } from './engine.ts'
import { engines } from './engines.ts'
import type { LayerSink } from './layer-sink.ts'
import { warnFindings } from './warn-findings.ts'

/**
 * Returns a function that prepares the planned engine when it is first called. After a failure, the next call prepares it again, for a run with fewer
 * platforms.
 */
export function prepareBuild(): (run: Run) => Promise<Build> {
  let begun: Promise<Build> | undefined
  return (run) => {
    const { name, spec } = run.plan.engine
    begun ??= engines[name]
      .load()
      .then(({ prepare }) => prepare(spec, run))
      .catch((error: unknown) => {
        begun = undefined
        throw error
      })
    return begun
  }
}

/**
 * Builds with the planned engine.
 *
 * @throws ActionError with the cause of a failed build
 */
export async function build(
  run: Run,
  source: SourceOfBuild,
  { prepared, sink }: { readonly prepared?: Build; readonly sink?: LayerSink } = {},
): Promise<Built> {
  const built = await (prepared ?? (await prepareBuild()(run)))(run, source, sink)
  warnFindings(built.findings ?? [], run.host.log)
  return built
}

/**
 * Runs the checks that only the planned engine needs, before the build.
 *
 * @throws ActionError that lists all problems
 */
export async function checkEngine(run: Run): Promise<void> {
  const { name, spec } = run.plan.engine
  const code = await engines[name].load()
  await gather('Preflight', code.checks?.(spec, run) ?? [])
}

/**
 * Returns the platforms that the planned builder reports; empty if it reports none. Does not throw if the builder is
 * unreachable.
 */
export async function offeredPlatforms(run: Run): Promise<readonly string[]> {
  const { name, spec } = run.plan.engine
  const code = await engines[name].load()
  return (await code.offers?.(spec, run)) ?? []
}
