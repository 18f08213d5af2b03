import { limits } from '../bounds/limits.ts'
import type { HttpRequest } from '../host/host.ts'
import { manifestTypes, mediaType } from '../oci/media-type.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import type { Action, Scope } from './auth/scope.ts'
import { pingPath, pingTimeout } from './transport/addresses.ts'

/**
 * One request of the distribution API as a value.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
 */
export type Endpoint = {
  readonly method: HttpRequest['method']
  readonly target: Repository
  /** Path and query at the registry, or the full URL that it sent in `Location`. */
  readonly at: string
  readonly action: Action
  readonly scopes: readonly Scope[]
  readonly headers?: Readonly<Record<string, string>>
  /** The statuses that the caller handles; all others are failures. */
  readonly ok: readonly number[]
  /** Maximum size of the answer's body in bytes. Default: `limits.answer`. */
  readonly limit?: number
  /** Milliseconds without progress after which the request fails. Default: that of the HTTP client. */
  readonly timeout?: number
  /** Whether a manifest or an index is written. */
  readonly writesManifest?: boolean
  /** The beginning of an error message. */
  readonly what: string
}

/** The first contact with a registry: checks that it exists and which authentication it requires. */
export function pingEndpoint(target: Repository): Endpoint {
  const what = `Cannot use the registry ${target.registry}`
  return { method: 'GET', target, at: pingPath, action: 'pull', scopes: [], ok: [200], timeout: pingTimeout, what }
}

export function blobHeadEndpoint(target: Repository, digest: Digest, action: Action): Endpoint {
  const what = `Cannot look for blob ${digest} in ${formatRepository(target)}`
  // 400, 405 and 501: the registry or gateway does not support HEAD here. The blob is then sent.
  return { ...to(target, 'HEAD', `blobs/${digest}`, action), ok: [200, 400, 404, 405, 501], what }
}

export function blobGetEndpoint(target: Repository, digest: Digest, start: number): Endpoint {
  const what = `Cannot read blob ${digest} of ${formatRepository(target)}`
  const range = start > 0 ? { headers: { range: `bytes=${start}-` } } : {}
  return { ...to(target, 'GET', `blobs/${digest}`, 'pull'), ...range, ok: start > 0 ? [200, 206] : [200], what }
}

/**
 * Requests that `digest` is mounted from another repository of the registry. 202 means that it was not mounted and an
 * upload was opened instead.
 */
export function mountEndpoint(target: Repository, digest: Digest, from: string): Endpoint {
  const query = new URLSearchParams({ mount: digest, from })
  const what = `Cannot mount blob ${digest} from ${from} in ${formatRepository(target)}`
  const base = to(target, 'POST', `blobs/uploads/?${query}`, 'push')
  return { ...base, scopes: [...base.scopes, `repository:${from}:pull`], headers: empty, ok: [201, 202], what }
}

export function uploadStartEndpoint(target: Repository, blob: Descriptor): Endpoint {
  return {
    ...to(target, 'POST', 'blobs/uploads/', 'push'),
    headers: empty,
    ok: opened,
    what: pushBlobWhat(target, blob),
  }
}

/**
 * Checks push access by opening an upload. 405, 501 and some 404 mean that the check is not supported, not that access
 * is missing.
 */
export function probePushEndpoint(target: Repository): Endpoint {
  const what = `Cannot push to ${formatRepository(target)}`
  return { ...to(target, 'POST', 'blobs/uploads/', 'push'), headers: empty, ok: [200, 201, 202, 204, 405, 501], what }
}

/** Requests the status of an upload. distribution answers 204 with `Range`, some others 202. */
export function uploadStatusEndpoint(target: Repository, blob: Descriptor, location: string): Endpoint {
  return { ...to(target, 'GET', location, 'push'), ok: [200, 202, 204], what: pushBlobWhat(target, blob) }
}

/** Sends `length` bytes of the content from byte `start` on. */
export function uploadPatchEndpoint(
  target: Repository,
  blob: Descriptor,
  location: string,
  { start, length }: { readonly start: number; readonly length: number },
): Endpoint {
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(length),
    'content-range': `${start}-${start + length - 1}`,
  }
  return { ...to(target, 'PATCH', location, 'push'), headers, ok: uploaded, what: pushBlobWhat(target, blob) }
}

/** Sends content whose length is not known yet, as `docker push` does: without a length and a range. */
export function uploadStreamEndpoint(target: Repository, location: string): Endpoint {
  const headers = { 'content-type': 'application/octet-stream' }
  return { ...to(target, 'PATCH', location, 'push'), headers, ok: uploaded, what: uploadWhat(target) }
}

/** Opens an upload of content whose digest is not known yet. */
export function uploadStreamStartEndpoint(target: Repository): Endpoint {
  return { ...to(target, 'POST', 'blobs/uploads/', 'push'), headers: empty, ok: opened, what: uploadWhat(target) }
}

/** Completes an upload with the last `length` bytes of the content (all of it, or none). */
export function uploadPutEndpoint(target: Repository, blob: Descriptor, location: string, length: number): Endpoint {
  const at = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(length) }
  return { ...to(target, 'PUT', at, 'push'), headers, ok: uploaded, what: pushBlobWhat(target, blob) }
}

/** Cancels an upload; `actions` are those of the token scope. */
export function uploadCancelEndpoint(target: Repository, location: string, actions: string): Endpoint {
  const what = `Cannot cancel an upload to ${formatRepository(target)}`
  const scopes: readonly Scope[] = [`repository:${target.repository}:${actions}`]
  return { ...to(target, 'DELETE', location, 'push'), scopes, ok: [200, 202, 204, 404], what }
}

export function manifestGetEndpoint(target: Repository, name: string): Endpoint {
  const what = `Cannot read ${manifestName(target, name)}`
  const base = to(target, 'GET', `manifests/${name}`, 'pull')
  return { ...base, headers: accept, ok: [200, 404], limit: limits.manifest, what }
}

/**
 * Rejections are handled as answers too, because GET may work where HEAD does not: 403 at registry.centos.org
 * (https://github.com/containerd/containerd/pull/6684), 405 at gateways
 * (https://github.com/distribution/distribution/issues/1485), 404 at others
 * (https://github.com/nicholas-fedor/watchtower/pull/669).
 */
export function manifestHeadEndpoint(target: Repository, name: string, action: Action = 'pull'): Endpoint {
  const what = `Cannot look for ${manifestName(target, name)}`
  return {
    ...to(target, 'HEAD', `manifests/${name}`, action),
    headers: accept,
    ok: [200, 400, 403, 404, 405, 406, 501],
    what,
  }
}

export function manifestPutEndpoint(target: Repository, name: string, type: string): Endpoint {
  const what = `Cannot push ${manifestName(target, name)}`
  return {
    ...to(target, 'PUT', `manifests/${name}`, 'push'),
    headers: { 'content-type': type },
    ok: [200, 201, 202, 204],
    writesManifest: true,
    what,
  }
}

/** Lists the manifests that refer to a digest; `page` is the path below the repository. 404: the registry has no referrers API. */
export function referrersEndpoint(target: Repository, digest: Digest, page: string): Endpoint {
  const what = `Cannot list the artifacts that refer to ${digest} in ${formatRepository(target)}`
  const headers = { accept: mediaType.ociIndex }
  return { ...to(target, 'GET', page, 'pull'), headers, ok: [200, 400, 404, 405, 501], limit: limits.manifest, what }
}

/** Deletes a manifest or index; `actions` are those of the token scope. 404: it does not exist any more. */
export function manifestDeleteEndpoint(target: Repository, digest: Digest, actions: string): Endpoint {
  const what = `Cannot delete ${manifestName(target, digest)}`
  const scopes: readonly Scope[] = [`repository:${target.repository}:${actions}`]
  return { ...to(target, 'DELETE', `manifests/${digest}`, 'push'), scopes, ok: [200, 202, 204, 404], what }
}

/**
 * The statuses with which registries accept a part of an upload or its completion: 202 and 201 by the specification;
 * 200 from Nexus and gateways, 204 from Pulp (https://github.com/pulp/pulp_container/issues/2199), and 201 from ECR for
 * a PATCH (https://github.com/regclient/regclient/issues/81).
 */
const uploaded = [200, 201, 202, 204]

/** The statuses with which registries open an upload: 202 by the specification; containerd accepts the others, too. */
const opened = [200, 201, 202, 204]

const accept = { accept: manifestTypes.join(', ') }
// Some registries require an explicit length of 0 for a POST without a body (411 otherwise).
const empty = { 'content-length': '0' }

function to(target: Repository, method: Endpoint['method'], rest: string, action: Action) {
  const at = /^https?:/.test(rest) ? rest : `/v2/${target.repository}/${rest}`
  const scope: Scope = `repository:${target.repository}:${action === 'push' ? 'pull,push' : 'pull'}`
  return { method, target, at, action, scopes: [scope] } as const
}

function uploadWhat(target: Repository): string {
  return `Cannot push a layer to ${formatRepository(target)}`
}

function pushBlobWhat(target: Repository, { digest }: Descriptor): string {
  return `Cannot push blob ${digest} to ${formatRepository(target)}`
}

/** Formats `ghcr.io/acme/app:1.2` or `ghcr.io/acme/app@sha256:…`. */
function manifestName(target: Repository, name: string): string {
  return `${formatRepository(target)}${name.includes(':') ? '@' : ':'}${name}`
}
