import { limits } from '../../bounds/limits.ts'
import { ActionError, type ErrorCode } from '../../errors/action-error.ts'
import { recognize } from '../../errors/known-failure.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import { type AnswerFailure, type ConnectionFailure, type HttpFailure, isFull } from '../../retry/failure.ts'
import { formatBytes } from '../../text/bytes.ts'
import type { Action } from '../auth/scope.ts'
import { describeFaults } from './fault.ts'
import { knownAnswers } from './known-answers.ts'

/** The request that failed. */
export type FailedRequest = {
  /** The beginning of the message: "Cannot push blob sha256:… to ghcr.io/a/b". */
  readonly what: string
  readonly target: Repository
  readonly action: Action
  /** Whether credentials for the registry were found and sent. */
  readonly authenticated: boolean
  /** Whether the request writes a manifest or an index. */
  readonly writesManifest?: boolean
}

/** The cause of an error of a failed request. Callers decide by this structured failure, not by the message. */
export class FailureCause extends Error {
  override readonly name = 'FailureCause'
  readonly failure: HttpFailure
  readonly writesManifest: boolean

  constructor(failure: HttpFailure, { writesManifest = false }: FailedRequest) {
    super(describeFailure(failure))
    this.failure = failure
    this.writesManifest = writesManifest
  }
}

/** Returns why a manifest or an index could not be written, or undefined for any other error. */
export function manifestFailureOf(error: unknown): HttpFailure | undefined {
  const cause = error instanceof ActionError ? error.cause : undefined
  return cause instanceof FailureCause && cause.writesManifest ? cause.failure : undefined
}

/**
 * Whether a registry rejected a manifest because of its media type, or may have: old versions of Artifactory, Nexus,
 * Quay and Portus support Docker's types only. distribution before 2.7 answers 400 MANIFEST_INVALID
 * (https://github.com/oracle/smith/issues/25), others 415.
 */
export function isTypeRejection(error: ActionError): boolean {
  const failure = manifestFailureOf(error)
  if (failure?.kind !== 'answer' || ![400, 404, 405, 406, 415, 422, 501].includes(failure.status)) return false
  const { status, faults, text } = failure
  const typed = faults.some(({ code }) => ['MANIFEST_INVALID', 'UNSUPPORTED', 'MANIFEST_UNVERIFIED'].includes(code))
  return status === 415 || typed || /media[ _-]?type|schema version/i.test(text)
}

/** Creates the error for a failure that is not retried, or not anymore. `by` names the server that answered. */
export function failureError(failure: HttpFailure, request: FailedRequest, by = 'the registry'): ActionError {
  return failure.kind === 'connection' ? connectionError(failure, request) : answerError(failure, request, by)
}

/** Describes a failure in one line for the log: "the registry answered 503", "ECONNRESET: socket hang up". */
export function describeFailure(failure: HttpFailure, by = 'the registry'): string {
  if (failure.kind === 'connection') {
    if (failure.code === 'HPE_HEADER_OVERFLOW')
      return `${by} answered with headers of more than ${formatBytes(limits.headers)}`
    return failure.message.includes(failure.code) ? failure.message : `${failure.code}: ${failure.message}`
  }
  const details = describeFaults(failure.faults, failure.text)
  return `${by} answered ${failure.status}${details === '' ? '' : ` ${details}`}`
}

function answerError(failure: AnswerFailure, request: FailedRequest, by: string): ActionError {
  const known = isFull(failure) ? undefined : recognize(knownAnswers, describeFaults(failure.faults, failure.text))
  const code = known?.code ?? codeOf(failure, request)
  // Without credentials, a missing login is the likely cause, whatever the registry calls it.
  const mustLogIn = !request.authenticated && (code === 'registry-unauthorized' || code === 'registry-denied')
  const hint = mustLogIn ? unauthorizedHint(request) : (known?.hint ?? hintOf(code, failure, request))
  const asked = failure.retryAfter === undefined ? '' : ` (retry after ${Math.ceil(failure.retryAfter / 1000)} s)`
  return new ActionError(code, `${request.what}: ${describeFailure(failure, by)}${asked}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: new FailureCause(failure, request),
  })
}

function codeOf(failure: AnswerFailure, { action, authenticated }: FailedRequest): ErrorCode {
  const { status, faults, insufficientScope = false } = failure
  if (isFull(failure)) return 'registry-full'
  // distribution and Docker Hub answer 401 also to authenticated users without access; the challenge distinguishes the
  // two.
  if (status === 401 && authenticated && insufficientScope) return 'registry-denied'
  if (status === 401) return 'registry-unauthorized'
  if (status === 403 || faults.some(({ code }) => code === 'DENIED')) return 'registry-denied'
  if (status === 404 && action === 'pull') return 'image-not-found'
  // The missing content was pushed by this step or its builder: only manifests refer to other content.
  if (faults.some(({ code }) => lostContent.has(code)) || isLostUpload(failure)) return 'registry-unavailable'
  if (status >= 500 || status === 408 || status === 425 || status === 429) return 'registry-unavailable'
  return 'registry-refused'
}

/** The codes with which registries reject a manifest that refers to missing blobs or manifests. */
const lostContent = new Set(['BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN'])

/** Whether the registry has lost an upload that it opened: its instances share no storage, or it was restarted. */
function isLostUpload({ status, faults }: AnswerFailure): boolean {
  return status === 404 && faults.some(({ code }) => code === 'BLOB_UPLOAD_UNKNOWN' || code === 'BLOB_UPLOAD_INVALID')
}

function hintOf(code: ErrorCode, failure: AnswerFailure, request: FailedRequest): string | undefined {
  const name = formatRepository(request.target)
  const host = request.target.registry
  if (code === 'registry-unauthorized') return unauthorizedHint(request)
  if (code === 'registry-denied') return deniedHint(request)
  if (code === 'registry-full')
    return `Delete images, or raise the quota, then run the job again. The storage of ${host} is full, or your quota is exceeded.`
  if (code === 'image-not-found')
    return `Check the name and the tag. If the image is private, log in: registries give the same answer without credentials.`
  if (failure.faults.some((fault) => lostContent.has(fault.code)))
    return `The storage of ${host} lost content that was pushed a moment ago. Check its storage and its clean-up jobs, and run the job again.`
  if (isLostUpload(failure))
    return `${host} does not know an upload that it started. If it runs on several machines, check that they share their storage and their HTTP secret; otherwise run the job again.`
  if (failure.status === 405 && request.action === 'push')
    return `Check whether ${host} is read-only, in maintenance mode or a pull-through cache: it accepts no pushes now.`
  if (code === 'registry-unavailable') {
    return failure.status === 429 && host === 'docker.io' && !request.authenticated
      ? 'Docker Hub limits anonymous clients. Log in to docker.io, or use a mirror.'
      : `Check whether ${host} has an outage or a rate limit, and run the job again later.`
  }
  if (failure.status === 404 && request.action === 'push') {
    return isEcr(host)
      ? `Create the repository, which ECR does not do on push: \`aws ecr create-repository --repository-name ${request.target.repository}\`.`
      : `Check that ${name} exists; some registries do not create a repository at the first push.`
  }
  return undefined
}

function unauthorizedHint({ target: { registry }, authenticated }: FailedRequest): string {
  if (!authenticated) {
    return `Set \`username\` and \`password\`, or run \`docker login ${registry}\` before this step. No credentials for ${registry} were found.`
  }
  if (registry === 'docker.io')
    return 'The user name or the access token for Docker Hub is wrong or has expired. Check username and password.'
  if (isEcr(registry)) return 'An ECR password is good for 12 hours. Log in to AWS again right before this step.'
  return `Check \`username\` and \`password\`, or run \`docker login ${registry}\` again. The credentials for ${registry} are wrong or have expired.`
}

function deniedHint({ target, action }: FailedRequest): string {
  const { registry } = target
  if (registry === 'ghcr.io') {
    return action === 'push'
      ? `The workflow needs "permissions: packages: write". If the package was first pushed by hand or from another repository, give this repository the role Write under "Manage Actions access" in the settings of the package ${target.repository}.`
      : `The workflow needs "permissions: packages: read", and this repository access to the package ${target.repository} ("Manage Actions access" in its settings).`
  }
  if (registry === 'docker.io') {
    return `Use a Docker Hub access token with ${action === 'push' ? 'read and write' : 'read'} scope, of a user with ${action} access to ${target.repository}.`
  }
  if (isEcr(registry)) {
    return `Check that the repository ${target.repository} exists in this account and region, and that the role has ecr:${action === 'push' ? 'PutImage and ecr:InitiateLayerUpload' : 'BatchGetImage'} on it.`
  }
  if (registry.endsWith('.pkg.dev') || registry.endsWith('gcr.io')) {
    return `The account needs the role Artifact Registry ${action === 'push' ? 'Writer' : 'Reader'} on the repository.`
  }
  return `These credentials have no ${action} access to ${formatRepository(target)}, or their token lacks the scope for it.`
}

function isEcr(registry: string): boolean {
  return /(?:\.dkr[.-]ecr[.-].*\.(?:amazonaws\.com(?:\.cn)?|on\.aws)|^public\.ecr\.aws)$/.test(registry)
}

function connectionError(failure: ConnectionFailure, { what, target: { registry } }: FailedRequest): ActionError {
  // A rejection by a proxy is permanent; so are endless headers.
  const code = permanentCodes.has(failure.code) ? 'registry-refused' : 'registry-unreachable'
  return new ActionError(code, `${what}: ${describeFailure(failure)}`, {
    hint: connectionHint(failure, registry),
    cause: failure.cause,
  })
}

const permanentCodes = new Set(['ERR_PROXY_REFUSED', 'HPE_HEADER_OVERFLOW'])

function connectionHint({ code, message, proxy }: ConnectionFailure, registry: string): string {
  if (code === 'ERR_PROXY_REFUSED') {
    return `The proxy ${proxy ?? ''} refuses the connection, not ${registry}. Allow ${registry} in the proxy, put its user and password into the address in HTTPS_PROXY or HTTP_PROXY, or add ${registry} to NO_PROXY.`
  }
  if (proxy !== undefined) {
    return `Check the proxy ${proxy} that HTTPS_PROXY or HTTP_PROXY names, or add ${registry} to NO_PROXY.`
  }
  if (code === 'HPE_HEADER_OVERFLOW')
    return `Check the address of ${registry}, and any proxy or gateway in front of it: no registry sends headers of this size.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `The name ${registry} cannot be resolved here. Check its spelling and the DNS of the runner; behind a proxy, set HTTPS_PROXY.`
  }
  if (code === 'ECONNREFUSED') {
    // "connect ECONNREFUSED 127.0.0.1:5000": a redirect, an upload or a token server may use another port than the
    // registry.
    const [, address, port] = /ECONNREFUSED (\S+:(\d+))/.exec(message) ?? []
    const own = /:(\d+)$/.exec(registry)?.[1]
    return address === undefined || port === own || (own === undefined && (port === '443' || port === '80'))
      ? `Nothing listens at ${registry}. Check host and port, and that the registry is running.`
      : `Nothing listens at ${address}, to which ${registry} redirects its clients. Check the address that the registry is configured with, its storage and its token server.`
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return `${registry} seems to use plain HTTP. If this is intended, set it as http://${registry} in the input registry, or add it to the insecure-registries of the Docker daemon.`
  }
  if (/SELF_SIGNED|^UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)/.test(code)) {
    return `The certificate of ${registry} is signed by an unknown authority. Put the authority's certificate into /etc/docker/certs.d/${registry}/ca.crt, or set SSL_CERT_FILE or NODE_EXTRA_CA_CERTS to its path.`
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The certificate is not for ${registry}. Use the name for which it was issued.`
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return `The certificate of ${registry} is not valid at this time. Renew it, or set the clock of the runner.`
  }
  return `The connection to ${registry} was interrupted. Check the network and the proxy of the runner, and run the job again.`
}
