import type { Readable } from 'node:stream'
import { ActionError } from '../errors/action-error.ts'
import type { Clock, Http, Log } from '../host/host.ts'
import { digestOf, isDigest, verify } from '../oci/digest.ts'
import { documentType } from '../oci/parse.ts'
import type { Repository } from '../oci/reference.ts'
import type { BlobPut } from '../oci/store.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import { defaultRetryPolicy, type RetryPolicy } from '../retry/backoff.ts'
import type { Table } from '../retry/classify.ts'
import { retryWork } from '../retry/retry-work.ts'
import type { CredentialLookup } from './auth/auth.ts'
import {
  blobHeadEndpoint,
  type Endpoint,
  manifestGetEndpoint,
  manifestHeadEndpoint,
  manifestPutEndpoint,
} from './endpoint.ts'
import { downloadBlob } from './pull/download.ts'
import { createMount } from './push/mount.ts'
import { probePush } from './push/probe-push.ts'
import { uploadBlob } from './push/upload.ts'
import { createExchange, type WholeAnswer } from './transport/exchange.ts'
import { isLoopback } from './transport/insecure.ts'

export type RegistryClientOptions = {
  readonly http: Http
  readonly clock: Clock
  readonly log: Log
  readonly credentialFor: CredentialLookup
  /** Hides a token of a token server in the log. */
  readonly mask?: (secret: string) => void
  /** 0 ≤ n < 1, for the jitter of waits. */
  readonly random?: () => number
  /** Whether a registry (`host[:port]`) may be spoken to without TLS; plain HTTP is then tried first. Default: this machine. */
  readonly plainHttp?: (registry: string) => boolean
  readonly retryPolicy?: RetryPolicy
  /** Called with the number of each attempt after the first. */
  readonly onRetry?: (attempt: number) => void
  /** Bytes; larger blobs go up in pieces of this size. Default: in one go, and in pieces once a registry refuses that. */
  readonly chunkSize?: number
}

export type CallOptions = { readonly signal?: AbortSignal | undefined }

export type PutOptions = CallOptions & {
  /** Attempts altogether for "unknown" content, which registries with lagging storage say of what was pushed just now. Default: all. */
  readonly laggingAttempts?: number
}

export type ManifestOptions = CallOptions & {
  /** The manifest was pushed a moment ago: "not found" then means "not yet", and is asked again. */
  readonly justPushed?: boolean
}

export type PushBlobOptions = CallOptions & {
  /** Repositories that may have the blob; those of other registries are passed over. */
  readonly mountFrom?: readonly Repository[]
  /** Sends the content without asking whether it is there: the registry has just said that it is not. */
  readonly unasked?: boolean
  /** Called with the bytes sent so far. */
  readonly onProgress?: (bytes: number) => void
}

export type FetchedManifest = { readonly descriptor: Descriptor; readonly bytes: Buffer }

/**
 * A client of OCI registries. Every call retries transient failures, and throws an ActionError for the others: `registry-unreachable`,
 * `-unavailable`, `-unauthorized`, `-denied`, `-full`, `-refused`, `image-not-found`, `content-mismatch`, `cancelled`.
 */
export type RegistryClient = {
  /**
   * Checks that the repository can be pushed to, by opening an upload and cancelling it: nothing is left there. False when
   * the registry does not let itself be asked so.
   */
  readonly probePush: (target: Repository, options?: CallOptions) => Promise<boolean>
  readonly hasBlob: (target: Repository, digest: Digest, options?: CallOptions) => Promise<boolean>
  /** Makes sure the blob is in the repository. `open` gives its content from byte `start` on, and may be called again. */
  readonly pushBlob: (
    target: Repository,
    blob: Descriptor,
    open: (start: number) => Readable,
    options?: PushBlobOptions,
  ) => Promise<BlobPut>
  /** The content as a stream that fails with `content-mismatch` at its end if it is not what the descriptor says. */
  readonly getBlob: (target: Repository, blob: Descriptor, options?: CallOptions) => Promise<Readable>
  /** A manifest or index by tag or digest, checked; undefined when it is not there. */
  readonly getManifest: (
    target: Repository,
    name: string,
    options?: ManifestOptions,
  ) => Promise<FetchedManifest | undefined>
  /** Its descriptor alone. */
  readonly headManifest: (
    target: Repository,
    name: string,
    options?: ManifestOptions,
  ) => Promise<Descriptor | undefined>
  /** Pushes a manifest or index under a tag or its digest, and gives the digest that the registry has confirmed. */
  readonly putManifest: (
    target: Repository,
    name: string,
    bytes: Uint8Array,
    type: string,
    options?: PutOptions,
  ) => Promise<Digest>
}

/** A manifest that came, and is not what it should be. */
const manifestTable: Table = [
  {
    // Without a length, a body that was cut off looks like a whole one of other content.
    code: 'content-mismatch',
    verdict: 'maybe',
    attempts: 2,
    immediately: true,
    learnedFrom: 'registries and proxies whose answers have no Content-Length',
  },
]

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const {
    random = Math.random,
    plainHttp = isLoopback,
    retryPolicy = defaultRetryPolicy,
    chunkSize = Infinity,
  } = options
  const exchange = createExchange({ ...options, random, plainHttp, policy: retryPolicy })
  const mount = createMount(exchange)
  // Whether HEAD of a manifest tells the truth, by registry. As long as that is not known, GET is asked after a HEAD that finds nothing.
  const heads = new Map<string, 'works' | 'fails'>()

  async function find(
    endpoint: Endpoint,
    { justPushed = false, signal }: ManifestOptions,
  ): Promise<WholeAnswer | undefined> {
    if (!justPushed) {
      const answer = await exchange.call(endpoint, { signal })
      return answer.status === 404 ? undefined : answer
    }
    try {
      return await exchange.call({ ...endpoint, ok: [200] }, { signal, justPushed })
    } catch (error) {
      if (error instanceof ActionError && error.code === 'image-not-found') return undefined
      throw error
    }
  }

  async function getManifest(
    target: Repository,
    name: string,
    call: ManifestOptions = {},
  ): Promise<FetchedManifest | undefined> {
    const endpoint = manifestGetEndpoint(target, name)
    const work = async () => {
      const answer = await find(endpoint, call)
      return answer && toManifest(answer, name, endpoint.what)
    }
    return await retryWork({ work, table: manifestTable }, { ...options, policy: retryPolicy, signal: call.signal })
  }

  async function headManifest(
    target: Repository,
    name: string,
    call: ManifestOptions = {},
  ): Promise<Descriptor | undefined> {
    const get = async () => (await getManifest(target, name, call))?.descriptor
    const known = heads.get(target.registry)
    if (known === 'fails') return await get()
    const endpoint = manifestHeadEndpoint(target, name)
    const answer =
      known === 'works' ? await find(endpoint, call) : await exchange.call(endpoint, { signal: call.signal })
    if (answer === undefined) return undefined
    if (answer.status !== 200) {
      const found = await get()
      if (found !== undefined && known === undefined) heads.set(target.registry, 'fails')
      return found
    }
    heads.set(target.registry, 'works')
    const { 'content-length': size = '0', 'content-type': type } = answer.headers
    const digest = (answer.headers['docker-content-digest'] ?? '').toLowerCase()
    // Not every registry says it all in a HEAD, and a digest of another algorithm cannot be compared with ours.
    const comparable = isDigest(digest) && (digest.startsWith('sha256:') || digest === name)
    if (!comparable || !(Number(size) > 0) || type === undefined) return await get()
    return { mediaType: bareType(type), digest, size: Number(size) }
  }

  return {
    probePush: async (target, { signal } = {}) => await probePush(exchange, target, { policy: retryPolicy, signal }),
    hasBlob: async (target, digest, { signal } = {}) => {
      const { status } = await exchange.call(blobHeadEndpoint(target, digest, 'pull'), { signal })
      return status === 200
    },
    pushBlob: async (target, blob, open, { mountFrom = [], unasked = false, onProgress, signal } = {}) => {
      const head = unasked ? undefined : await exchange.call(blobHeadEndpoint(target, blob.digest, 'push'), { signal })
      if (head?.status === 200) return 'exists'
      const { mounted, location } = await mount(target, blob, mountFrom, { signal })
      if (mounted) return 'mounted'
      await uploadBlob(exchange, target, blob, open, { location, chunkSize, onProgress, signal })
      return 'pushed'
    },
    getBlob: async (target, blob, { signal } = {}) =>
      await downloadBlob(exchange, target, blob, { signal, now: () => options.clock.now().getTime() }),
    getManifest,
    headManifest,
    putManifest: async (target, name, bytes, type, { laggingAttempts, signal } = {}) => {
      const endpoint = manifestPutEndpoint(target, name, type)
      // What it refers to was mostly pushed just now.
      const answer = await exchange.call(endpoint, {
        body: () => bytes,
        justPushed: true,
        laggingAttempts,
        signal,
      })
      const digest = digestOf(bytes)
      assertConfirmed(answer.headers['docker-content-digest'], digest, endpoint.what)
      return digest
    },
  }
}

function toManifest({ headers, bytes }: WholeAnswer, name: string, what: string): FetchedManifest {
  const said = headers['docker-content-digest']
  const digest = isDigest(name) ? name : digestOf(bytes)
  if (isDigest(name)) verify(bytes, { digest: name, size: bytes.length }, what)
  else assertConfirmed(said, digest, what)
  const mediaType = documentType(bytes, bareType(headers['content-type'] ?? ''), what)
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes }
}

/** A digest that the registry says, where it says one of ours' algorithm, must be ours. */
function assertConfirmed(said: string | undefined, digest: Digest, what: string): void {
  // Hex digits in capitals are not valid, and the same digest.
  const lower = said?.toLowerCase()
  if (lower === undefined || lower === digest || !lower.startsWith('sha256:')) return
  throw new ActionError('content-mismatch', `${what}: the registry has ${said} where it should have ${digest}`, {
    hint: 'Something between here and the registry changes content. Look at the proxy or the mirror.',
  })
}

function bareType(type: string): string {
  return type.replace(/;.*$/s, '').trim().toLowerCase()
}
