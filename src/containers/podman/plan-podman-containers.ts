import type { PlannedContainers } from '../containers.ts'

/** The podman program, or nerdctl, which has the same commands. */
export type PodmanProgram = {
  readonly name: 'podman' | 'nerdctl'
  readonly path: string
  readonly version: string
  /** The program is a client of a virtual machine or of another host. */
  readonly remote: boolean
  /** `os/arch` of its machine. */
  readonly native: string
}

/** Returns the plan to run containers with podman or nerdctl. */
export function planPodmanContainers(podman: PodmanProgram): PlannedContainers<PodmanProgram> {
  const [os = 'linux', architecture = ''] = podman.native.split('/')
  return {
    name: 'podman',
    title: `${podman.name === 'podman' ? 'Podman' : podman.name} ${podman.version}`,
    native: { os, architecture },
    ...(podman.remote ? {} : { machine: { isHere: true, env: {} } }),
    spec: podman,
  }
}
