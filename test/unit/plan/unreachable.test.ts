import { expect, test } from 'vitest'
import { reachHint } from '../../../src/plan/unreachable.ts'
import { serverOf } from '../../support/plan.ts'

test.each([
  { host: 'ssh://me@far:22', reason: 'ssh was not found on PATH', hint: 'Install the OpenSSH client' },
  {
    host: 'ssh://me@far:22',
    reason: 'Host key verification failed.',
    hint: 'ssh-keyscan -p 22 far >> ~/.ssh/known_hosts',
  },
  { host: 'ssh://me@far', reason: 'me@far: Permission denied (publickey).', hint: 'Give this user a key' },
  { host: 'ssh://me@far/x', reason: 'anything', hint: '`ssh me@far docker system dial-stdio` works' },
  { host: 'unix:///d.sock', reason: 'connect EACCES /d.sock', hint: 'to the `docker` group' },
  { host: 'unix:///d.sock', reason: 'connect ENOENT /d.sock', hint: 'Start Docker' },
  { host: 'tcp://d:2376', reason: 'Client sent an HTTP request to an HTTPS server.', hint: 'Set DOCKER_TLS_VERIFY=1' },
  { host: 'd:2375', reason: 'ECONNREFUSED', hint: 'Check that the daemon listens at this address' },
  {
    host: 'unix:///d.sock',
    reason: 'the daemon speaks version 1.24 to 1.41 of the API, and DOCKER_API_VERSION is 1.44',
    hint: 'Unset DOCKER_API_VERSION',
  },
])('reachHint() for $host and "$reason"', ({ host, reason, hint }) => {
  expect(reachHint({ endpoint: { ...serverOf().endpoint, host }, reason })).toContain(hint)
})
