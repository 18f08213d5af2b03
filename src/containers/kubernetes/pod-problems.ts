import type { ContainerSettings } from '../containers.ts'
import { podUser } from './pod-spec.ts'

/** Returns the settings of a container that a pod does not have, a sentence each. */
export function podProblems({ user, volumes, options }: ContainerSettings): readonly string[] {
  const { network, ulimits, pidsLimit, devices, securityOpt } = options
  const mounted = volumes.flatMap(({ source }) => (source === undefined ? [] : [source]))
  return [
    ...(user !== undefined && podUser(user) === undefined
      ? [`\`user\`: Kubernetes needs a number such as 1000 or 1000:1000, found ${JSON.stringify(user)}`]
      : []),
    ...mounted.map((source) => `\`volumes\`: the nodes of the cluster do not have ${source} of this machine`),
    ...(network === undefined || network === 'bridge' || network === 'host'
      ? []
      : [`\`network\`: a pod has the network of the cluster (bridge) or of its node (host), found ${network}`]),
    ...(ulimits.length > 0 ? ['`ulimits`: Kubernetes has no such setting'] : []),
    ...(pidsLimit === undefined ? [] : ['`pids-limit`: Kubernetes has it as a setting of nodes only']),
    ...(devices.length > 0 ? ['`devices`: Kubernetes has no such setting; use `privileged: true`'] : []),
    ...securityOpt
      .filter((option) => !/^(?:seccomp=|apparmor=|no-new-privileges(?:$|=))/.test(option))
      .map((option) => `\`security-opt\`: Kubernetes has no such setting as ${option}`),
  ]
}
