import { gather } from '../errors/gather.ts'
import type { Run } from '../run-context.ts'
import type { CheckedSource } from '../source/bases.ts'
import type { Built } from './built.ts'
import { engines } from './engines.ts'
import { warnFindings } from './warn-findings.ts'

/**
 * Builds with the planned engine.
 *
 * @throws ActionError with the cause of a failed build
 */
export async function build(run: Run, checked: CheckedSource): Promise<Built> {
  const { name, spec } = run.plan.engine
  const code = await engines[name].load()
  const built = await code.build(spec, run, checked)
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
