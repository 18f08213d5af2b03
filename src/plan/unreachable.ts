import type { Unreachable } from '../docker/server.ts'

/** What to do about a daemon that does not answer, by the kind of its address and what was said. */
export function reachHint({ endpoint: { host }, reason }: Pick<Unreachable, 'endpoint' | 'reason'>): string {
  if (/"?ssh"?: executable file not found/.test(reason)) {
    return 'Install the OpenSSH client on this machine, which Docker needs for ssh:// addresses.'
  }
  if (/EACCES|permission denied/i.test(reason) && !host.startsWith('ssh://')) {
    return 'Add the user of this job to the `docker` group, or point DOCKER_HOST at a daemon that it may use.'
  }
  if (host.startsWith('ssh://')) {
    return `Check that \`ssh ${host.slice('ssh://'.length).split('/', 1)[0]} docker version\` works without a question: keys, known hosts and Docker on that machine.`
  }
  if (host.startsWith('tcp://')) {
    return 'Check that the daemon listens at this address, and that DOCKER_TLS_VERIFY and DOCKER_CERT_PATH suit it.'
  }
  return 'Start Docker, or point DOCKER_HOST at a running daemon. https://docs.docker.com/engine/daemon/start/'
}
