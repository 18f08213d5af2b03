import { ActionError } from '../../errors/action-error.ts'
import type { Facts } from '../../facts/facts.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import { driverOf } from '../engine-names.ts'
import type { EnginePlan } from '../traits.ts'
import { planSmokePods } from './kubernetes/plan-smoke-pods.ts'
import { type BuildxSpec, planBuildx } from './plan.ts'

/**
 * Decides how buildx builds in pods of a Kubernetes cluster.
 *
 * @throws ActionError as `planBuildx` does; `builder-not-found` if `builder` names one that is elsewhere
 */
export function planKubernetes(inputs: Inputs, facts: Facts): EnginePlan<BuildxSpec> {
  const name = 'kubernetes'
  const plan = planBuildx(inputs, facts)
  const { builder } = plan.engine.spec
  if (builder.driver !== driverOf(name)) {
    const found =
      builder.kind === 'existing' ? `the builder ${builder.name} has the driver ${builder.driver}` : builder.because
    throw new ActionError('builder-not-found', `Cannot build with engine: ${name}: ${found}`, {
      hint: 'Leave `builder` empty to have one created in the cluster, or remove `engine`.',
    })
  }
  if (builder.kind === 'existing') return { ...plan, engine: { ...plan.engine, name } }
  const containers = planSmokePods(builder)
  return { ...plan, engine: { ...plan.engine, name, traits: { ...plan.engine.traits, containers } } }
}
