import { gather } from '../errors/gather.ts'
import type { Run } from '../run-context.ts'
import type { CheckedSource } from '../source/bases.ts'
import type { Built } from './built.ts'
import { engines } from './engines.ts'
import { warnFindings } from './warn-findings.ts'

/**
 * Builds with the engine of the plan.
 *
 * @throws ActionError what the build failed from
 */
export async function build(run: Run, checked: CheckedSource): Promise<Built> {
  const { name, spec } = run.plan.engine
  const code = await engines[name].load()
  const built = await code.build(spec, run, checked)
  warnFindings(built.findings ?? [], run.host.log)
  return built
}

/**
 * Looks at what only the engine of the plan needs, before anything is built.
 *
 * @throws ActionError all that is wrong, in one
 */
export async function checkEngine(run: Run): Promise<void> {
  const { name, spec } = run.plan.engine
  const code = await engines[name].load()
  await gather('Preflight', code.checks?.(spec, run) ?? [])
}

/** The platforms that the builder of the plan says it can build now; none where it does not say. Never throws for a builder that is away. */
export async function offeredPlatforms(run: Run): Promise<readonly string[]> {
  const { name, spec } = run.plan.engine
  const code = await engines[name].load()
  return (await code.offers?.(spec, run)) ?? []
}
