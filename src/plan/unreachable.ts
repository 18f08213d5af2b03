import type { Unreachable } from '../docker/server.ts'

/** Returns how to fix an unreachable daemon, by the scheme of its address and the error. */
export function reachHint({ endpoint: { host }, reason }: Pick<Unreachable, 'endpoint' | 'reason'>): string {
  if (/no ssh program/.test(reason)) {
    return 'Install the OpenSSH client on this machine, which leads to ssh:// addresses.'
  }
  if (host.startsWith('ssh://') && /host key verification failed|known_hosts/i.test(reason)) {
    return `Add the key of that machine to the known hosts of this user before the step: ssh-keyscan ${machineOf(host)} >> ~/.ssh/known_hosts, and compare it with the machine's own.`
  }
  if (host.startsWith('ssh://') && /permission denied/i.test(reason)) {
    return 'Give this user a key that the machine accepts, in an SSH agent (SSH_AUTH_SOCK) or in ~/.ssh: the step cannot answer a question for a password.'
  }
  if (/EACCES|permission denied/i.test(reason) && !host.startsWith('ssh://')) {
    return 'Add the user of this job to the `docker` group, or point DOCKER_HOST at a daemon that it may use.'
  }
  if (host.startsWith('ssh://')) {
    return `Check that \`ssh ${host.slice('ssh://'.length).split('/', 1)[0]} docker system dial-stdio\` works without a question: keys, known hosts and Docker on that machine.`
  }
  if (/HTTP request to an HTTPS server/.test(reason)) {
    return 'Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the directory with ca.pem, cert.pem and key.pem: the daemon speaks TLS.'
  }
  if (/ of the API, and /.test(reason)) {
    return reason.includes('DOCKER_API_VERSION')
      ? 'Unset DOCKER_API_VERSION: the newest version that both sides know is used then.'
      : 'Use a newer release of this action.'
  }
  if (/ENOENT|ECONNREFUSED/.test(reason) && host.includes('.colima/')) return 'Start Colima with `colima start`.'
  if (host.startsWith('tcp://') || !host.includes('://')) {
    return 'Check that the daemon listens at this address, and that DOCKER_TLS_VERIFY and DOCKER_CERT_PATH suit it.'
  }
  return 'Start Docker (https://docs.docker.com/engine/daemon/start/), or set DOCKER_HOST to the address of a running daemon.'
}

/** Returns the arguments of `ssh-keyscan` for `ssh://[user@]host[:port]`. */
function machineOf(host: string): string {
  const [, name = '', port] = /^ssh:\/\/(?:[^@/]*@)?([^:/]+)(?::(\d+))?/.exec(host) ?? []
  return port === undefined ? name : `-p ${port} ${name}`
}
