import type { DockerServer } from '../docker/server.ts'
import type { Facts } from '../facts/facts.ts'

/** The alternatives if Podman responds at Docker's socket. */
export const socketHint =
  'Point DOCKER_HOST at a Docker daemon, name a BuildKit builder in `builder`, or set `driver: remote` with `endpoint`. A Dockerfile without RUN is built by `engine: embedded`.'

/** Whether Podman responds at Docker's socket. */
export function isPodmanAtSocket(docker: Facts['docker']): docker is DockerServer {
  return docker.kind === 'server' && docker.product === 'podman'
}
