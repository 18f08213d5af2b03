import type { Facts } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { engines } from './engines.ts'
import type { EnginePlan } from './traits.ts'

/**
 * Plans the engine that the inputs name; by default, the first one that is available. A feature that the selected engine lacks is an error.
 *
 * @throws ActionError if the engine is not available or cannot do what the inputs ask for
 */
export function planEngine(inputs: Inputs, facts: Facts): EnginePlan {
  // Existing images are read and written by this program, whatever their platforms.
  if (inputs.mode !== 'build') {
    return engines.embedded.plan({ ...inputs, platforms: [] }, facts, `because mode: ${inputs.mode} does not build`)
  }
  if (inputs.engine !== 'auto') return engines[inputs.engine].plan(inputs, facts, 'selected by the `engine` input')
  if (inputs.dropLayers > 0) return engines.embedded.plan(inputs, facts, 'because only it supports `drop-layers`')
  const reasons: string[] = []
  for (const engine of Object.values(engines)) {
    if (engine.missing === undefined) continue
    const reason = engine.missing(inputs, facts)
    if (reason === undefined) return engine.plan(inputs, facts, becauseOf(reasons))
    if (reason !== '') reasons.push(reason)
  }
  const plan = engines.embedded.plan(inputs, facts, becauseOf(reasons))
  if (plan.engine.otherwise !== undefined) return plan
  const [otherwise] = Object.values(engines).flatMap(({ howToStart }) => howToStart?.(facts) ?? [])
  return otherwise === undefined ? plan : { ...plan, engine: { ...plan.engine, otherwise } }
}

function becauseOf(reasons: readonly string[]): string {
  return reasons.length === 0 ? '' : `because ${reasons.join(', and ')}`
}
