import type { PlannedContainers } from '../containers.ts'

/** The podman program. */
export type PodmanProgram = {
  readonly path: string
  readonly version: string
  /** The program is a client of a virtual machine or of another host. */
  readonly remote: boolean
  /** `os/arch` of its machine. */
  readonly native: string
}

/** Returns the plan to run containers with the podman program. */
export function planPodmanContainers(podman: PodmanProgram): PlannedContainers<PodmanProgram> {
  const [os = 'linux', architecture = ''] = podman.native.split('/')
  return {
    name: 'podman',
    title: `Podman ${podman.version}`,
    native: { os, architecture },
    ...(podman.remote ? {} : { machine: { isHere: true, env: {} } }),
    spec: podman,
  }
}
