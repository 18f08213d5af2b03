import type { DockerServer } from '../../docker/server.ts'
import type { PlannedContainers } from '../containers.ts'

/** Returns the plan to run containers on a daemon that implements the Docker API. */
export function planDockerContainers(daemon: DockerServer): PlannedContainers<DockerServer> {
  const { os, architecture, local, endpoint, version, product } = daemon
  return {
    name: 'docker',
    title: `${product === 'podman' ? 'Podman' : 'Docker'} ${version}`,
    native: { os, architecture },
    machine: { isHere: local !== undefined, env: endpoint.env },
    spec: daemon,
  }
}
