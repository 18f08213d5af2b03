import type { RequestKind } from './fault.ts'

/** What a request to a registry asks for. */
export type Route = {
  readonly kind: RequestKind
  readonly repository: string
  /** A digest, a tag or an upload's id. */
  readonly rest: string
}

/** The route of a request after https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints. */
export function routeOf(method: string, { pathname, searchParams }: URL): Route {
  if (pathname === '/v2/') return { kind: 'ping', repository: '', rest: '' }
  if (pathname === '/token') return { kind: 'token', repository: '', rest: '' }
  const [, repository = '', collection = '', rest = ''] =
    /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/(.*)$/.exec(pathname) ?? []
  const name = collection === 'blobs/uploads' && method === 'POST' && searchParams.has('mount') ? 'MOUNT' : method
  return { kind: kinds[`${name} ${collection}`] ?? 'other', repository, rest: decodeURIComponent(rest) }
}

const kinds: Readonly<Record<string, RequestKind>> = {
  'HEAD blobs': 'blob-head',
  'GET blobs': 'blob-get',
  'MOUNT blobs/uploads': 'mount',
  'POST blobs/uploads': 'upload-start',
  'GET blobs/uploads': 'upload-status',
  'PATCH blobs/uploads': 'upload-patch',
  'PUT blobs/uploads': 'upload-put',
  'DELETE blobs/uploads': 'upload-cancel',
  'HEAD manifests': 'manifest-head',
  'GET manifests': 'manifest-get',
  'PUT manifests': 'manifest-put',
  'DELETE manifests': 'manifest-delete',
  'GET tags': 'tags',
  'GET referrers': 'referrers',
}
