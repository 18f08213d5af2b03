import type { IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { RequestKind } from './fault.ts'
import { type Answer, fault } from './registry-answer.ts'
import type { AuthOptions } from './registry-auth.ts'

/** The data of a request that a quirk receives. */
export type Asked = {
  readonly kind: RequestKind
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  /** Of the registry: `http://127.0.0.1:<port>`. */
  readonly base: string
}

/** The differences of a registry: answers that replace its own, and changes to them. */
export type QuirkHooks = {
  readonly instead?: (asked: Asked) => Answer | undefined
  readonly change?: (answer: Answer, asked: Asked) => Answer
  /** The scope that a request requires. */
  readonly needs?: (scope: string) => string
  /** Sends "102 Processing" before each answer. */
  readonly processing?: boolean
}

export type Quirk = {
  readonly name: string
  /** The report of the quirk, or the document that allows it. */
  readonly link: string
  /** Bytes of a piece, for quirks of uploads in pieces. */
  readonly chunkSize?: number
  /** Whether the registry requires a token. */
  readonly token?: true
  readonly auth?: Partial<AuthOptions>
  /** Creates the state for each registry. */
  readonly hooks: () => QuirkHooks
}

/** Another origin that leads to the same machine. */
const elsewhere = (base: string) => base.replace('127.0.0.1', 'localhost')

const instead =
  (kinds: readonly RequestKind[], answer: Answer | ((asked: Asked) => Answer | undefined)) => (): QuirkHooks => ({
    instead: (asked) =>
      kinds.includes(asked.kind) ? (typeof answer === 'function' ? answer(asked) : answer) : undefined,
  })

const change = (kinds: readonly RequestKind[], how: (answer: Answer, asked: Asked) => Answer) => (): QuirkHooks => ({
  change: (answer, asked) => (kinds.includes(asked.kind) && answer.status < 300 ? how(answer, asked) : answer),
})

/** The answer with these headers; undefined removes one. */
const withHeaders = (answer: Answer, headers: Readonly<Record<string, string | undefined>>): Answer => {
  const all = Object.entries({ ...answer.headers, ...headers }).filter(([, value]) => value !== undefined)
  return { ...answer, headers: Object.fromEntries(all) as Readonly<Record<string, string>> }
}

const headers = (kinds: readonly RequestKind[], changed: Readonly<Record<string, string | undefined>>) =>
  change(kinds, (answer) => withHeaders(answer, changed))

const status = (kinds: readonly RequestKind[], other: number) =>
  change(kinds, (answer) => ({ ...answer, status: other }))

const manifests: readonly RequestKind[] = ['manifest-head', 'manifest-get']

/** The challenge of a token server with other parameters. */
const challenge = (words: (base: string, scope: string) => string) => (): QuirkHooks => ({
  change: (answer, { base }) => {
    const given = answer.headers?.['www-authenticate']
    if (given === undefined) return answer
    const scope = /scope="([^"]*)"/.exec(given)?.[1] ?? ''
    return withHeaders(answer, { 'www-authenticate': words(base, scope) })
  },
})

/** The answer of the token server, with other fields. */
const token = (fields: (answer: Readonly<Record<string, unknown>>) => unknown) =>
  change(['token'], (answer) => ({ ...answer, body: JSON.stringify(fields(JSON.parse(String(answer.body)))) }))

const github = (path: string) => `https://github.com/${path}`

/** Registries that differ from the specification, and that other clients support. */
export const quirks: readonly Quirk[] = [
  ...[400, 403, 404, 405, 406, 501].map((code) => ({
    name: `HEAD of a manifest answers ${code}, GET works`,
    link: github(
      code === 403
        ? 'containerd/containerd/pull/6684'
        : code === 405
          ? 'distribution/distribution/issues/1485'
          : 'nicholas-fedor/watchtower/pull/669',
    ),
    hooks: instead(['manifest-head'], { status: code }),
  })),
  {
    name: 'no Docker-Content-Digest',
    link: github('containerd/containerd/issues/3238'),
    hooks: headers([...manifests, 'manifest-put', 'upload-put'], { 'docker-content-digest': undefined }),
  },
  {
    name: 'Docker-Content-Digest in capitals',
    link: github('opencontainers/distribution-spec/issues/207'),
    hooks: change([...manifests, 'manifest-put', 'upload-put'], (answer) => {
      const [algorithm = '', hex = ''] = (answer.headers?.['docker-content-digest'] ?? ':').split(':')
      return withHeaders(answer, { 'docker-content-digest': `${algorithm}:${hex.toUpperCase()}` })
    }),
  },
  {
    name: 'Docker-Content-Digest of another algorithm',
    link: github('opencontainers/distribution-spec/issues/207'),
    hooks: headers([...manifests, 'manifest-put'], { 'docker-content-digest': `sha512:${'a'.repeat(128)}` }),
  },
  {
    name: 'HEAD of a manifest says Content-Length: 0',
    link: github('distribution/distribution/pull/2384'),
    hooks: headers(['manifest-head'], { 'content-length': '0' }),
  },
  {
    name: 'HEAD of a manifest has no Content-Type',
    link: github('distribution/distribution/pull/2384'),
    hooks: headers(['manifest-head'], { 'content-type': undefined }),
  },
  ...['application/json', 'text/plain; charset=utf-8', 'application/octet-stream', undefined].map((type) => ({
    name: `manifests are ${type ?? 'of no type'}`,
    link: github('openshift/cincinnati/pull/155'),
    hooks: headers(manifests, { 'content-type': type }),
  })),
  {
    name: 'the type of manifests in capitals and with a charset',
    link: github('camallo/dkregistry-rs/pull/176'),
    hooks: change(manifests, (answer) =>
      withHeaders(answer, { 'content-type': `${answer.headers?.['content-type']?.toUpperCase()}; charset=UTF-8` }),
    ),
  },
  {
    name: 'manifests and token answers are compressed although nobody asked',
    link: github('quay/quay/pull/1310'),
    hooks: change(['manifest-get', 'token'], (answer) => ({
      ...withHeaders(answer, { 'content-encoding': 'gzip' }),
      body: gzipSync(answer.body ?? ''),
    })),
  },
  ...[200, 202, 204].map((code) => ({
    name: `the end of an upload answers ${code}`,
    link: github('opencontainers/distribution-spec/issues/86'),
    hooks: status(['upload-put'], code),
  })),
  ...[200, 201, 204].map((code) => ({
    name: `PATCH answers ${code}`,
    link: github(code === 204 ? 'pulp/pulp_container/issues/2199' : 'regclient/regclient/issues/81'),
    chunkSize: 1000,
    hooks: status(['upload-patch'], code),
  })),
  ...[200, 201].map((code) => ({
    name: `the begin of an upload answers ${code}`,
    link: github('distribution/distribution/issues/3230'),
    hooks: status(['upload-start'], code),
  })),
  ...[200, 202, 204].map((code) => ({
    name: `PUT of a manifest answers ${code}`,
    link: github('apple/swift-container-plugin/pull/27'),
    hooks: status(['manifest-put'], code),
  })),
  {
    name: 'PUT of a manifest answers without Location and digest',
    link: github('distribution/distribution/issues/3848'),
    hooks: headers(['manifest-put'], { location: undefined, 'docker-content-digest': undefined }),
  },
  {
    name: 'an absolute Location',
    link: github('apple/swift-container-plugin/pull/44'),
    hooks: change(['upload-start', 'mount', 'upload-patch'], (answer, { base }) =>
      withHeaders(answer, { location: `${base}${answer.headers?.['location']}` }),
    ),
  },
  {
    name: 'a Location on another host',
    link: github('containerd/containerd/issues/11949'),
    hooks: change(['upload-start', 'mount'], (answer, { base }) =>
      withHeaders(answer, { location: `${elsewhere(base)}${answer.headers?.['location']}` }),
    ),
  },
  {
    name: 'a Location relative to the path',
    link: github('apple/swift-container-plugin/pull/44'),
    hooks: change(['upload-start', 'mount'], (answer) =>
      withHeaders(answer, { location: answer.headers?.['location']?.replace(/^.*\/uploads\//, '') }),
    ),
  },
  {
    name: 'PATCH answers without Location',
    link: github('opencontainers/distribution-spec/issues/415'),
    chunkSize: 1000,
    hooks: headers(['upload-patch'], { location: undefined }),
  },
  {
    name: 'PATCH answers without Range',
    link: github('opencontainers/distribution-spec/pull/366'),
    chunkSize: 1000,
    hooks: headers(['upload-patch'], { range: undefined }),
  },
  {
    name: 'Range stays where it was',
    link: github('aws/containers-roadmap/issues/2831'),
    chunkSize: 1000,
    hooks: headers(['upload-patch'], { range: '0-999' }),
  },
  {
    name: 'Range is off by one and has a unit',
    link: github('distribution/distribution/issues/3496'),
    chunkSize: 1000,
    hooks: change(['upload-patch', 'upload-status'], (answer) =>
      withHeaders(answer, {
        range: `bytes=0-${Number(/0-(\d+)/.exec(answer.headers?.['range'] ?? '')?.[1] ?? 0) + 1}`,
      }),
    ),
  },
  ...[404, 405, 501].map((code) => ({
    name: `PATCH answers ${code}`,
    link: github('distribution/distribution/pull/475'),
    chunkSize: 1000,
    hooks: instead(['upload-patch'], { status: code }),
  })),
  ...[400, 403, 404, 405, 500, 501].map((code) => ({
    name: `a mount answers ${code}`,
    link: github(code === 403 ? 'oras-project/oras/pull/1924' : 'osscontainertools/kaniko/pull/1013'),
    hooks: instead(['mount'], { status: code }),
  })),
  {
    name: 'a mount answers 202 without Location',
    link: github('goharbor/harbor/issues/17097'),
    hooks: instead(['mount'], { status: 202 }),
  },
  ...[400, 405, 501].map((code) => ({
    name: `HEAD of a blob answers ${code}`,
    link: github('merll/docker-registry-util/issues/3'),
    hooks: instead(['blob-head'], { status: code }),
  })),
  {
    name: 'blobs are behind a redirect that takes no Authorization, and no HEAD',
    link: github('oras-project/oras-java/pull/334'),
    token: true,
    hooks: () => ({
      instead: ({ kind, url, base }) =>
        kind === 'blob-get' || kind === 'blob-head'
          ? url.hostname === 'localhost'
            ? undefined
            : { status: 307, headers: { location: `${elsewhere(base)}${url.pathname}` } }
          : undefined,
      change: (answer, { kind, url, headers: sent, method }) => {
        if (!kind.startsWith('blob-') || url.hostname !== 'localhost') return answer
        if (sent.authorization !== undefined) return fault(400, 'InvalidArgument', 'Only one auth mechanism allowed')
        return method === 'HEAD' ? { status: 403 } : answer
      },
    }),
  },
  {
    name: 'an upload that is tied to a machine by a cookie',
    link: github('distribution/distribution/issues/2225'),
    chunkSize: 1000,
    hooks: () => ({
      instead: ({ kind, headers: sent }) =>
        ['upload-patch', 'upload-put'].includes(kind) && sent.cookie !== 'node=b2; lb=x/1'
          ? fault(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
          : undefined,
      change: (answer, { kind }) =>
        kind === 'upload-start' || kind === 'mount'
          ? withHeaders(answer, {
              'set-cookie': 'node=b2; Expires=Wed, 21 Oct 2035 07:28:00 GMT; Path=/, lb=x/1; HttpOnly',
            })
          : answer,
    }),
  },
  ...[401, 403, 404, 405].map((code) => ({
    name: `/v2/ answers ${code}`,
    link: github('podman-container-tools/skopeo/issues/1253'),
    hooks: instead(['ping'], { status: code }),
  })),
  {
    name: 'every answer ends its connection',
    link: github('distribution/distribution/issues/1101'),
    hooks: () => ({ change: (answer) => withHeaders(answer, { connection: 'close' }) }),
  },
  {
    name: '"102 Processing" before each answer',
    link: 'https://www.rfc-editor.org/rfc/rfc9110#name-informational-1xx',
    hooks: () => ({ processing: true }),
  },
  {
    name: '429 with a date in Retry-After',
    link: github('containers/image/pull/1756'),
    hooks: () => {
      const met = new Set<string>()
      return {
        instead: ({ kind }) => {
          if (met.has(kind)) return undefined
          met.add(kind)
          return { status: 429, headers: { 'retry-after': new Date(Date.now() + 2000).toUTCString() } }
        },
      }
    },
  },
  {
    name: 'the token is access_token, good for "300"',
    link: github('containers/image/pull/405'),
    token: true,
    hooks: token(({ token: access_token }) => ({ access_token, expires_in: '300' })),
  },
  {
    name: 'an empty token beside the access_token, good for 0 s',
    link: github('containers/image/pull/405'),
    token: true,
    hooks: token(({ token: access_token }) => ({ token: '', access_token, expires_in: 0 })),
  },
  {
    name: 'a token without a time, from a server whose clock is wrong',
    link: github('distribution/distribution/pull/979'),
    token: true,
    hooks: token(({ token: value }) => ({ token: value, issued_at: '1970-01-01T00:00:00Z' })),
  },
  {
    name: 'a token that has expired answers 400 without a challenge',
    link: github('aws/containers-roadmap/issues/2835'),
    token: true,
    hooks: () => ({
      change: (answer, { headers: sent }) =>
        answer.status === 401 && sent.authorization !== undefined
          ? { status: 400, body: '{"errors":[{"code":"DENIED","message":"Your authorization token has expired."}]}' }
          : answer,
    }),
  },
  ...[false, true].map((strict) => ({
    name: `a challenge for the scope of another repository, as behind a gateway that rewrites paths${strict ? ', whose token server knows no other' : ''}`,
    link: github('oras-project/oras-go/issues/650'),
    token: true as const,
    auth: strict
      ? {
          strict,
          permissions: (_: string | undefined, name: string) =>
            name.startsWith('acme/') ? [] : (['pull', 'push', 'delete'] as const),
        }
      : {},
    hooks: (): QuirkHooks => ({ needs: (scope) => scope.replace(':acme/', ':') }),
  })),
  {
    name: 'a challenge with a scope that is not one',
    link: github('project-zot/zot/issues/71'),
    token: true,
    hooks: challenge(
      (base) => `Bearer realm="${base}/token",service="test",scope="repository::pull repository:<x> \\""`,
    ),
  },
  {
    name: 'a challenge in capitals, without quotes and service',
    link: github('prowler-cloud/prowler/pull/12691'),
    token: true,
    hooks: challenge((base, scope) => `BEARER REALM=${base}/token,SCOPE=${scope}`),
  },
  {
    name: 'a challenge in single quotes',
    link: github('izaakschroeder/auth-header/pull/26'),
    token: true,
    hooks: challenge((base) => `bearer realm='${base}/token', service='test'`),
  },
  {
    name: 'Basic and Bearer in one header, with a comma in quotes',
    link: github('prowler-cloud/prowler/pull/12691'),
    token: true,
    hooks: challenge(
      (base, scope) => `Basic realm="a, Bearer b", Bearer service="test", realm="${base}/token", scope="${scope}"`,
    ),
  },
]
