import type { Readable } from 'node:stream'
import { ActionError } from '../errors/action-error.ts'
import { isCancelOfOther } from '../errors/cancelled.ts'
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
import { listReferrers } from './pull/list-referrers.ts'
import { deleteManifest } from './push/delete-manifest.ts'
import { type BeginOptions, createEarlyUploads, type EarlyUpload } from './push/early-uploads.ts'
import { createMount } from './push/mount.ts'
import { type ProbeOptions, probePush } from './push/probe-push.ts'
import { uploadBlob } from './push/upload.ts'
import { createExchange, type WholeAnswer } from './transport/exchange.ts'
import { isLoopback } from './transport/insecure.ts'

export type RegistryClientOptions = {
  readonly http: Http
  readonly clock: Clock
  readonly log: Log
  readonly credentialFor: CredentialLookup
  /** Masks a token from a token server in the log. */
  readonly mask?: (secret: string) => void
  /** Returns a random number (0 ≤ n < 1) for the jitter of the backoff. */
  readonly random?: () => number
  /**
   * Whether a registry (`host[:port]`) allows connections without TLS; plain HTTP is then tried first. Default: only
   * this machine.
   */
  readonly plainHttp?: (registry: string) => boolean
  readonly retryPolicy?: RetryPolicy
  /** Called with the number of each attempt after the first. */
  readonly onRetry?: (attempt: number) => void
  /**
   * Size in bytes of the chunks in which larger blobs are uploaded. Default: blobs are uploaded in one request, and in
   * chunks once a registry has rejected that.
   */
  readonly chunkSize?: number
}

export type CallOptions = { readonly signal?: AbortSignal | undefined }

export type PutOptions = CallOptions & {
  /**
   * Maximum number of attempts if the registry reports content as unknown, as registries with eventually consistent
   * storage do right after a push. Default: the maximum of the policy.
   */
  readonly laggingAttempts?: number
}

export type ManifestOptions = CallOptions & {
  /** Whether the manifest has just been pushed: "not found" is then transient and retried. */
  readonly justPushed?: boolean
}

export type PushBlobOptions = CallOptions & {
  /** Repositories that may have the blob; those of other registries are ignored. */
  readonly mountFrom?: readonly Repository[]
  /** Skips the check whether the blob exists, because the registry has answered that it does not. */
  readonly unasked?: boolean
  /** Called with the number of bytes sent so far. */
  readonly onProgress?: (bytes: number) => void
}

/** A manifest or index, with its size if that is known. */
export type ManifestName = Pick<Descriptor, 'digest'> & { readonly size?: number }

export type FetchedManifest = { readonly descriptor: Descriptor; readonly bytes: Buffer }

/**
 * A client of OCI registries. Every call retries transient failures, and throws an ActionError for permanent ones:
 * `registry-unreachable`, `-unavailable`, `-unauthorized`, `-denied`, `-full`, `-refused`, `image-not-found`,
 * `content-mismatch`, `cancelled`.
 */
export type RegistryClient = {
  /**
   * Checks push access to the repository by opening and cancelling an upload. Returns false if the registry does not
   * support this check.
   */
  readonly probePush: (target: Repository, options?: CallOptions & Pick<ProbeOptions, 'onCancel'>) => Promise<boolean>
  readonly hasBlob: (target: Repository, digest: Digest, options?: CallOptions) => Promise<boolean>
  /**
   * Whether a repository that is pushed to has a manifest or index, by one HEAD request. False if the registry does not
   * support HEAD.
   */
  readonly hasManifest: (target: Repository, document: ManifestName, options?: CallOptions) => Promise<boolean>
  /**
   * Ensures that the repository has the blob. `open` returns its content from byte `start` on, and may be called
   * several times.
   */
  readonly pushBlob: (
    target: Repository,
    blob: Descriptor,
    open: (start: number) => Readable,
    options?: PushBlobOptions,
  ) => Promise<BlobPut>
  /**
   * Sends the content of a blob to an upload that stays open, so that nobody can read it: `pushBlob` completes it if it has the digest. `open`
   * returns the content, which may still be written. An optimization that never fails: a failed one is cancelled.
   */
  readonly beginBlob: (target: Repository, open: () => Readable, options: BeginOptions) => EarlyUpload
  /**
   * Looks for a blob and opens its upload in one request, by mounting it from its own repository: `pushBlob` completes the upload. Returns
   * whether the repository has the blob; undefined if the registry rejects the request. Throws only `cancelled`.
   */
  readonly openBlob: (target: Repository, blob: Descriptor, options?: CallOptions) => Promise<boolean | undefined>
  /** Cancels all uploads that `pushBlob` has not completed. Never throws. */
  readonly cancelBegun: () => Promise<void>
  /**
   * Returns the content as a stream that fails with `content-mismatch` at its end if it does not match the descriptor.
   */
  readonly getBlob: (target: Repository, blob: Descriptor, options?: CallOptions) => Promise<Readable>
  /** Returns a manifest or index by tag or digest after verifying it; undefined if it does not exist. */
  readonly getManifest: (
    target: Repository,
    name: string,
    options?: ManifestOptions,
  ) => Promise<FetchedManifest | undefined>
  /** Like `getManifest`, but asks once per run: all callers get the first answer. */
  readonly getManifestOnce: (
    target: Repository,
    name: string,
    options?: CallOptions,
  ) => Promise<FetchedManifest | undefined>
  /** Returns only the descriptor of a manifest or index. */
  readonly headManifest: (
    target: Repository,
    name: string,
    options?: ManifestOptions,
  ) => Promise<Descriptor | undefined>
  /** Returns the artifacts that refer to a digest; undefined if the registry does not list them. */
  readonly getReferrers: (
    target: Repository,
    digest: Digest,
    options?: CallOptions,
  ) => Promise<readonly Descriptor[] | undefined>
  /** Pushes a manifest or index under a tag or its digest, and returns the digest that the registry confirmed. */
  readonly putManifest: (
    target: Repository,
    name: string,
    bytes: Uint8Array,
    type: string,
    options?: PutOptions,
  ) => Promise<Digest>
  /**
   * Deletes a manifest or index with all its tags. Returns why the registry does not; undefined if it is deleted. Throws
   * only `cancelled`.
   */
  readonly deleteManifest: (target: Repository, digest: Digest, options?: CallOptions) => Promise<string | undefined>
}

/** The classification of manifests that do not match what was requested. */
const manifestTable: Table = [
  {
    // Without a length, a truncated body looks like a complete one with other content.
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
  const early = createEarlyUploads(exchange, options.log)
  // Whether HEAD of a manifest is reliable, by registry. Until this is known, a HEAD that finds nothing is followed by
  // a GET.
  const heads = new Map<string, 'works' | 'fails'>()
  /** By registry, a request in progress that can show it. */
  const showing = new Map<string, Promise<unknown>>()

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

  const remembered = new Map<string, Promise<FetchedManifest | undefined>>()
  async function getManifestOnce(
    target: Repository,
    name: string,
    call: CallOptions = {},
  ): Promise<FetchedManifest | undefined> {
    const key = `${target.registry} ${target.repository} ${name}`
    const known = remembered.get(key)
    if (known === undefined) {
      const asking = getManifest(target, name, call)
      remembered.set(key, asking)
      // The next caller asks again, with its own signal.
      asking.catch(() => remembered.delete(key))
      return await asking
    }
    try {
      return await known
    } catch (error) {
      if (!isCancelOfOther(error, call.signal)) throw error
      return await getManifestOnce(target, name, call)
    }
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
      // A concurrent request may show that HEAD finds what exists.
      await showing.get(target.registry)
      if (answer.status === 404 && heads.get(target.registry) === 'works') return undefined
      const found = await get()
      if (found !== undefined && known === undefined) heads.set(target.registry, 'fails')
      return found
    }
    heads.set(target.registry, 'works')
    const { 'content-length': size = '0', 'content-type': type } = answer.headers
    const digest = (answer.headers['docker-content-digest'] ?? '').toLowerCase()
    // Not every registry sends all headers in answer to HEAD, and a digest with another algorithm cannot be compared.
    const comparable = isDigest(digest) && (digest.startsWith('sha256:') || digest === name)
    if (!comparable || !(Number(size) > 0) || type === undefined) return await get()
    return { mediaType: bareType(type), digest, size: Number(size) }
  }

  return {
    probePush: async (target, { onCancel, signal } = {}) =>
      await probePush(exchange, target, { policy: retryPolicy, onCancel, signal }),
    hasBlob: async (target, digest, { signal } = {}) => {
      const { status } = await exchange.call(blobHeadEndpoint(target, digest, 'pull'), { signal })
      return status === 200
    },
    hasManifest: async (target, { digest, size }, { signal } = {}) => {
      const asked = exchange.call(manifestHeadEndpoint(target, digest, 'push'), { signal })
      // The latest, because an earlier one may have found nothing.
      showing.set(
        target.registry,
        asked.catch(() => undefined),
      )
      const { status, headers } = await asked
      if (status !== 200) return false
      heads.set(target.registry, 'works')
      const { 'docker-content-digest': said = digest, 'content-length': length = size } = headers
      return said.toLowerCase() === digest && (size === undefined || Number(length) === size)
    },
    pushBlob: async (target, blob, open, { mountFrom = [], unasked = false, onProgress, signal } = {}) => {
      const taking = early.take(target, blob, { signal })
      const begun = taking && (await taking)
      if (begun !== undefined) {
        await uploadBlob(exchange, target, blob, open, { begun, chunkSize, onProgress, signal })
        return 'pushed'
      }
      const head = unasked ? undefined : await exchange.call(blobHeadEndpoint(target, blob.digest, 'push'), { signal })
      if (head?.status === 200) return 'exists'
      const { mounted, location } = await mount(target, blob, mountFrom, { signal })
      if (mounted) return 'mounted'
      await uploadBlob(exchange, target, blob, open, { location, chunkSize, onProgress, signal })
      return 'pushed'
    },
    beginBlob: early.begin,
    openBlob: async (target, blob, { signal } = {}) => await early.open(target, blob, { signal }),
    cancelBegun: early.cancelAll,
    getBlob: async (target, blob, { signal } = {}) =>
      await downloadBlob(exchange, target, blob, { signal, now: () => options.clock.now().getTime() }),
    deleteManifest: async (target, digest, { signal } = {}) =>
      await deleteManifest(exchange, target, { digest, signal }),
    getReferrers: async (target, digest, { signal } = {}) => await listReferrers(exchange, target, { digest, signal }),
    getManifest,
    getManifestOnce,
    headManifest,
    putManifest: async (target, name, bytes, type, { laggingAttempts, signal } = {}) => {
      const endpoint = manifestPutEndpoint(target, name, type)
      // The content that it refers to was usually pushed just before.
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

/** Throws if the registry reports a digest with the same algorithm that differs from `digest`. */
function assertConfirmed(said: string | undefined, digest: Digest, what: string): void {
  // Uppercase hex digits are invalid, but denote the same digest.
  const lower = said?.toLowerCase()
  if (lower === undefined || lower === digest || !lower.startsWith('sha256:')) return
  throw new ActionError('content-mismatch', `${what}: the registry returned ${said}, expected ${digest}`, {
    hint: 'Check the proxy or the mirror: content was modified between this machine and the registry.',
  })
}

function bareType(type: string): string {
  return type.replace(/;.*$/s, '').trim().toLowerCase()
}
