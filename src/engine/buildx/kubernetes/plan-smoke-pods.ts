import type { PlannedContainers } from '../../../containers/containers.ts'
import { planKubeContainers } from '../../../containers/kubernetes/plan-kube-containers.ts'
import { tolerationsIn } from '../../../kubernetes/tolerations.ts'
import { driverOptions } from '../../driver-options.ts'
import type { PlannedBuilder } from '../choose-builder.ts'
import { namespaceIn } from './namespace-in.ts'

/** Returns where the pods of smoke tests run: beside those of the builder, on nodes with the same taints. */
export function planSmokePods({
  endpoint,
  driverOpts,
}: Extract<PlannedBuilder, { kind: 'create' }>): PlannedContainers {
  const options = driverOptions('kubernetes', driverOpts)
  return planKubeContainers({
    context: endpoint,
    namespace: namespaceIn(options),
    tolerations: tolerationsIn(options),
  })
}
