import type { Host } from '../host/host.ts'
import type { Containers, ContainersName, PlannedContainers } from './containers.ts'

type Open<Spec> = (planned: PlannedContainers<Spec>, host: Host) => Containers

/** The implementations, a row each. Their code is loaded when a container is run. */
const implementations: Readonly<Record<ContainersName, () => Promise<{ open: Open<never> }>>> = {
  apple: () => import('./apple/apple-containers.ts'),
  docker: () => import('./docker/docker-containers.ts'),
  kubernetes: () => import('./kubernetes/kube-containers.ts'),
  podman: () => import('./podman/podman-containers.ts'),
}

/** Returns the interface to the place that the plan runs containers in. */
export async function openContainers(planned: PlannedContainers, host: Host): Promise<Containers> {
  const { open } = await implementations[planned.name]()
  return open(planned as PlannedContainers<never>, host)
}
