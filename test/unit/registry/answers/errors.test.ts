import { describe, expect, it } from 'vitest'
import { type FailedRequest, failureError } from '../../../../src/registry/answers/errors.ts'
import { parseFaults } from '../../../../src/registry/answers/fault.ts'
import type { HttpFailure } from '../../../../src/retry/failure.ts'

function concern(registry: string, more: Partial<FailedRequest> = {}): FailedRequest {
  const target = { registry, repository: 'acme/app' }
  return { what: `Cannot push to ${registry}/acme/app`, target, action: 'push', authenticated: true, ...more }
}

function answer(status: number, text = ''): HttpFailure {
  return { kind: 'answer', status, faults: parseFaults(text), text }
}

function connection(code: string, message = 'it failed'): HttpFailure {
  return { kind: 'connection', code, message, cause: new Error(message) }
}

const proxied = (code: string): HttpFailure => ({ ...connection(code), proxy: 'proxy.corp:3128' }) as HttpFailure

const denied = '{"errors":[{"code":"DENIED","message":"denied"}]}'
const nobody = { authenticated: false }

describe('failureError()', () => {
  it('names the operation and the answer of the registry', () => {
    expect(failureError(answer(403, denied), concern('ghcr.io')).message).toBe(
      'Cannot push to ghcr.io/acme/app: the registry answered 403 DENIED: denied',
    )
  })

  it.each([
    ['r.example:5000', '10.0.0.1:5000', 'Nothing listens at r.example:5000.'],
    ['r.example', '10.0.0.1:443', 'Nothing listens at r.example.'],
    [
      'r.example:5000',
      '10.0.0.1:5001',
      'Nothing listens at 10.0.0.1:5001, to which r.example:5000 redirects its clients.',
    ],
    ['r.example', '[::1]:5001', 'Nothing listens at [::1]:5001, to which r.example redirects its clients.'],
  ])('names the server that does not listen: %s, %s', (registry, address, hint) => {
    const failure = connection('ECONNREFUSED', `connect ECONNREFUSED ${address}`)
    expect(failureError(failure, concern(registry)).hint).toContain(hint)
  })

  it.each(['BLOB_UPLOAD_UNKNOWN', 'BLOB_UPLOAD_INVALID'])('recognizes a lost upload: %s', (code) => {
    const failure = answer(404, JSON.stringify({ errors: [{ code, message: 'blob upload unknown to registry' }] }))
    expect(failureError(failure, concern('r.example'))).toMatchObject({
      code: 'registry-unavailable',
      hint: expect.stringContaining('r.example does not know an upload that it started'),
    })
  })

  it.each([
    ['ERR_PROXY_REFUSED', 'registry-refused', 'The proxy proxy.corp:3128 refuses the connection, not r.example'],
    ['ECONNREFUSED', 'registry-unreachable', 'Check the proxy proxy.corp:3128'],
    ['ENOTFOUND', 'registry-unreachable', 'Check the proxy proxy.corp:3128'],
  ])('names the proxy if the proxy fails: %s', (code, expected, hint) => {
    expect(failureError(proxied(code), concern('r.example'))).toMatchObject({
      code: expected,
      hint: expect.stringContaining(hint),
    })
  })

  it.each([
    [
      403,
      '{"errors":[{"code":"DENIED","message":"The system is in read only mode. Any modification is prohibited."}]}',
    ],
    [405, '{"errors":[{"code":"UNSUPPORTED","message":"System is currently read-only. Pulls will succeed"}]}'],
    [503, 'GitLab is in maintenance mode'],
    [503, 'Nexus is in read-only mode'],
  ])('recognizes a registry in read-only mode: %d %s', (status, text) => {
    expect(failureError(answer(status, text), concern('r.example'))).toMatchObject({
      code: 'registry-unavailable',
      hint: expect.stringContaining('read-only or in maintenance mode'),
    })
  })

  it('has a hint for 405 without a message, which may be permanent', () => {
    const text = '{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}'
    expect(failureError(answer(405, text), concern('r.example'))).toMatchObject({
      code: 'registry-refused',
      hint: expect.stringContaining('read-only, in maintenance mode or a pull-through cache'),
    })
  })

  it.each([
    [
      'GHCR: the permission and the package',
      answer(403, denied),
      concern('ghcr.io'),
      'registry-denied',
      'permissions: packages: write',
    ],
    [
      'GHCR: where access is given',
      answer(403, denied),
      concern('ghcr.io'),
      'registry-denied',
      'Manage Actions access',
    ],
    ['GHCR: reading', answer(403, denied), concern('ghcr.io', { action: 'pull' }), 'registry-denied', 'packages: read'],
    [
      'Docker Hub: the scope of the token',
      answer(403, denied),
      concern('docker.io'),
      'registry-denied',
      'read and write scope',
    ],
    [
      'Docker Hub: a wrong token',
      answer(401),
      concern('docker.io'),
      'registry-unauthorized',
      'access token for Docker Hub is wrong',
    ],
    ['Docker Hub: the limit', answer(429), concern('docker.io', nobody), 'registry-unavailable', 'Log in to docker.io'],
    [
      'ECR: the missing repository',
      answer(404, '{"errors":[{"code":"NAME_UNKNOWN"}]}'),
      concern('1.dkr.ecr.eu-west-1.amazonaws.com'),
      'registry-refused',
      'aws ecr create-repository --repository-name acme/app',
    ],
    [
      'ECR: the old password',
      answer(401),
      concern('1.dkr.ecr.eu-west-1.amazonaws.com'),
      'registry-unauthorized',
      '12 hours',
    ],
    ['ECR: the role', answer(403), concern('1.dkr.ecr.eu-west-1.amazonaws.com'), 'registry-denied', 'ecr:PutImage'],
    ['Google: the role', answer(403), concern('europe-docker.pkg.dev'), 'registry-denied', 'Artifact Registry Writer'],
    [
      'another: the user',
      answer(403),
      concern('reg.example.com'),
      'registry-denied',
      'have no push access to reg.example.com/acme/app',
    ],
    [
      'nobody: no credentials',
      answer(403, denied),
      concern('ghcr.io', nobody),
      'registry-denied',
      'No credentials for ghcr.io',
    ],
    [
      'nobody: no credentials, 401',
      answer(401),
      concern('reg.example.com', nobody),
      'registry-unauthorized',
      'docker login reg.example.com',
    ],
    [
      'a missing image',
      answer(404),
      concern('ghcr.io', { action: 'pull' }),
      'image-not-found',
      'Check the name and the tag',
    ],
    ['an outage', answer(503), concern('ghcr.io'), 'registry-unavailable', 'outage'],
    [
      'a full disk',
      answer(500, 'no space left on device'),
      concern('reg.example.com'),
      'registry-full',
      'Delete images, or raise the quota',
    ],
    [
      'a quota of Harbor',
      answer(
        403,
        'adding 1 GiB of storage resource, which when updated to current usage will exceed the configured upper limit of 1 GiB',
      ),
      concern('reg.example.com'),
      'registry-full',
      'quota',
    ],
    ['an unknown name', connection('ENOTFOUND'), concern('ghrc.io'), 'registry-unreachable', 'cannot be resolved'],
    [
      'no listener',
      connection('ECONNREFUSED'),
      concern('localhost:1'),
      'registry-unreachable',
      'Nothing listens at localhost:1',
    ],
    [
      'plain HTTP where TLS is expected',
      connection('ERR_SSL_WRONG_VERSION_NUMBER'),
      concern('reg:5000'),
      'registry-unreachable',
      'use plain HTTP',
    ],
    [
      'an unknown authority',
      connection('SELF_SIGNED_CERT_IN_CHAIN'),
      concern('reg:5000'),
      'registry-unreachable',
      '/etc/docker/certs.d/reg:5000/ca.crt',
    ],
    [
      'a certificate for another name',
      connection('ERR_TLS_CERT_ALTNAME_INVALID'),
      concern('reg:5000'),
      'registry-unreachable',
      'not for reg:5000',
    ],
    ['an expired certificate', connection('CERT_HAS_EXPIRED'), concern('reg:5000'), 'registry-unreachable', 'Renew it'],
    ['a break', connection('ECONNRESET'), concern('reg:5000'), 'registry-unreachable', 'was interrupted'],
  ])('reports %s', (_, failure, about, code, hint) => {
    expect(failureError(failure, about)).toMatchObject({ code, hint: expect.stringContaining(hint) })
  })

  const said = (message: string, code = 'DENIED') => JSON.stringify({ errors: [{ code, message }] })
  const ecr = '1.dkr.ecr.eu-west-1.amazonaws.com'
  const immutable =
    "The image tag '1' already exists in the 'acme/app' repository and cannot be overwritten because the"

  it.each([
    ['ECR: an immutable tag', ecr, 400, said(`${immutable} tag is immutable.`, 'TAG_INVALID'), 'tag-exists', 'mutable'],
    ['ECR: immutable, once', ecr, 400, said(`${immutable} repository is immutable.`), 'tag-exists', 'if-exists: skip'],
    [
      'Harbor: an immutable tag',
      'reg.example.com',
      412,
      said("Failed to process request due to 'app:1' configured as immutable tag.", 'PRECONDITION'),
      'tag-exists',
      'Choose another tag',
    ],
    [
      'Google: immutable tags',
      'europe-docker.pkg.dev',
      400,
      said('cannot update tag 1. The repository has enabled tag immutability', 'MANIFEST_INVALID'),
      'tag-exists',
      'Choose another tag',
    ],
    ['Quay: an immutable tag', 'quay.io', 409, said("Tag '1' is immutable"), 'tag-exists', 'Choose another tag'],
    [
      'Azure: a lock',
      'acme.azurecr.io',
      405,
      said('The operation is disallowed on this registry, repository or image.', 'REGISTRY_DISALLOWED_OPERATION'),
      'registry-refused',
      'writeEnabled',
    ],
    [
      'GHCR: a package of others',
      'ghcr.io',
      403,
      said('permission_denied: write_package'),
      'registry-denied',
      'role Write',
    ],
    [
      'GHCR: a new package',
      'ghcr.io',
      403,
      said('permission_denied: create_package'),
      'registry-denied',
      'packages: write',
    ],
    [
      'GHCR: an organization',
      'ghcr.io',
      403,
      said('installation not allowed to Create organization package'),
      'registry-denied',
      'The organization must also allow',
    ],
    [
      'GHCR: the scopes of a token',
      'ghcr.io',
      403,
      said('permission_denied: The token provided does not match expected scopes.'),
      'registry-denied',
      'lacks the scope write:packages',
    ],
    [
      'Docker Hub: the scopes of a token',
      'docker.io',
      401,
      said('access token has insufficient scopes', 'UNAUTHORIZED'),
      'registry-denied',
      'Read & Write',
    ],
    [
      'ECR: an old session',
      ecr,
      403,
      said('Your authorization token has expired. Reauthenticate'),
      'registry-unauthorized',
      '12 hours',
    ],
    [
      'ECR: a missing repository',
      ecr,
      404,
      said("The repository with name 'acme/app' does not exist in the registry with id '1'", 'NAME_UNKNOWN'),
      'registry-refused',
      '--repository-name acme/app',
    ],
    [
      'Docker Hub: the limit',
      'docker.io',
      429,
      said('You have reached your pull rate limit.'),
      'registry-unavailable',
      'rate limit of the registry',
    ],
  ] as const)('recognizes by its message %s', (_, registry, status, text, code, hint) => {
    const error = failureError(answer(status, text), concern(registry))
    expect(error).toMatchObject({ code, hint: expect.stringContaining(hint) })
  })

  it('distinguishes a user without access from an unknown user if both are a 401', () => {
    const failure: HttpFailure = { kind: 'answer', status: 401, faults: [], text: '', insufficientScope: true }
    expect(failureError(failure, concern('ghcr.io')).code).toBe('registry-denied')
    expect(failureError(failure, concern('ghcr.io', nobody)).code).toBe('registry-unauthorized')
  })

  it('keeps the cause, and names the code once', () => {
    const error = failureError(connection('ECONNRESET', 'read ECONNRESET'), concern('a.b'))
    expect(error.message).toBe('Cannot push to a.b/acme/app: read ECONNRESET')
    expect(error.cause).toBeInstanceOf(Error)
  })
})
