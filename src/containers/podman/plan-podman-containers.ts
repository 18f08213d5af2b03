import type { Podman } from '../../facts/facts.ts'
import type { PlannedContainers } from '../containers.ts'

/** Returns the plan to run containers with the podman program. */
export function planPodmanContainers(podman: Podman): PlannedContainers<Podman> {
  const [os = 'linux', architecture = ''] = podman.native.split('/')
  return {
    name: 'podman',
    title: `Podman ${podman.version}`,
    native: { os, architecture },
    ...(podman.remote ? {} : { machine: { isHere: true, env: {} } }),
    spec: podman,
  }
}
