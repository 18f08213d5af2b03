import { createHash, type Hash, randomUUID } from 'node:crypto'
import { type Answer, fault } from './registry-answer.ts'

type StoredManifest = { readonly type: string; readonly bytes: Buffer }

type Upload = { readonly repository: string; readonly chunks: Buffer[]; readonly hash: Hash; size: number }

export type StoreOptions = {
  /** Discards the bytes of blobs, which then cannot be read, for tests that push more than fits into memory. */
  readonly forgetBlobs?: boolean
  /** Rejects mounts, and opens an upload instead. */
  readonly noMount?: boolean
  /** Entries on each page of the referrers API. Default: the registry does not have the API. */
  readonly referrersPerPage?: number
  /** Sent as OCI-Chunk-Min-Length. */
  readonly chunkMinLength?: number
}

/** The content of the test registry, and what each request does to it. */
export type Store = {
  readonly blobs: Map<string, Map<string, Buffer | undefined>>
  readonly manifests: Map<string, Map<string, StoredManifest>>
  readonly tags: Map<string, Map<string, string>>
  readonly uploads: Map<string, Upload>
  readonly getBlob: (repository: string, digest: string, range: string | undefined) => Answer
  readonly startUpload: (repository: string, query: URLSearchParams) => Answer
  readonly uploadStatus: (id: string, query: URLSearchParams) => Answer
  /** Stores a piece of the body of a PATCH or PUT; undefined on success. */
  readonly write: (id: string, chunk: Buffer) => void
  readonly checkUpload: (id: string, query: URLSearchParams, range: string | undefined) => Answer | undefined
  readonly patched: (id: string) => Answer
  readonly finishUpload: (id: string, digest: string | null) => Answer
  readonly cancelUpload: (id: string) => Answer
  readonly getManifest: (repository: string, name: string) => Answer
  readonly putManifest: (repository: string, name: string, type: string, bytes: Buffer) => Answer
  readonly deleteManifest: (repository: string, name: string) => Answer
  readonly listTags: (repository: string) => Answer
  readonly listReferrers: (repository: string, digest: string, query: URLSearchParams) => Answer
}

export function createStore({
  forgetBlobs = false,
  noMount = false,
  chunkMinLength,
  referrersPerPage,
}: StoreOptions): Store {
  const blobs: Store['blobs'] = new Map()
  const manifests: Store['manifests'] = new Map()
  const tags: Store['tags'] = new Map()
  const uploads: Store['uploads'] = new Map()

  function location(id: string): Readonly<Record<string, string>> {
    const upload = uploads.get(id)
    const size = upload?.size ?? 0
    return {
      location: `/v2/${upload?.repository}/blobs/uploads/${id}?_state=${size}&a%2Fb=c`,
      range: `0-${Math.max(0, size - 1)}`,
      ...(chunkMinLength === undefined ? {} : { 'oci-chunk-min-length': String(chunkMinLength) }),
    }
  }

  function checkUpload(id: string, query: URLSearchParams, range?: string): Answer | undefined {
    const upload = uploads.get(id)
    if (upload === undefined) return fault(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
    // The query of Location is part of the address: a client that loses or re-encodes it is caught here.
    if (!query.has('_state') || query.get('a/b') !== 'c')
      return fault(400, 'BLOB_UPLOAD_INVALID', 'blob upload invalid')
    const start = /^(\d+)-\d+$/.exec(range ?? '')?.[1]
    if (start !== undefined && Number(start) !== upload.size) return { status: 416, headers: location(id) }
    return undefined
  }

  return {
    blobs,
    manifests,
    tags,
    uploads,
    checkUpload,
    getBlob: (repository, digest, range) => {
      const found = blobs.get(repository)?.get(digest)
      if (blobs.get(repository)?.has(digest) !== true) return fault(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
      const body = found ?? Buffer.alloc(0)
      const headers = {
        'docker-content-digest': digest,
        'content-type': 'application/octet-stream',
        'accept-ranges': 'bytes',
      }
      const start = /^bytes=(\d+)-$/.exec(range ?? '')?.[1]
      if (start === undefined) return { status: 200, headers, body }
      const partial = { ...headers, 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }
      return { status: 206, headers: partial, body: body.subarray(Number(start)) }
    },
    startUpload: (repository, query) => {
      const [mount, from] = [query.get('mount'), query.get('from')]
      const source = blobs.get(from ?? '')
      if (!noMount && mount !== null && source?.has(mount)) {
        entry(blobs, repository).set(mount, source.get(mount))
        return {
          status: 201,
          headers: { location: `/v2/${repository}/blobs/${mount}`, 'docker-content-digest': mount },
        }
      }
      const id = randomUUID()
      uploads.set(id, { repository, chunks: [], hash: createHash('sha256'), size: 0 })
      return { status: 202, headers: { ...location(id), 'docker-upload-uuid': id } }
    },
    uploadStatus: (id, query) => checkUpload(id, query) ?? { status: 204, headers: location(id) },
    write: (id, chunk) => {
      const upload = uploads.get(id)
      if (upload === undefined) return
      upload.hash.update(chunk)
      upload.size += chunk.length
      if (!forgetBlobs) upload.chunks.push(chunk)
    },
    patched: (id) => ({ status: 202, headers: location(id) }),
    finishUpload: (id, digest) => {
      const upload = uploads.get(id)
      if (upload === undefined || digest === null) return fault(400, 'BLOB_UPLOAD_INVALID', 'blob upload invalid')
      uploads.delete(id)
      const found = `sha256:${upload.hash.digest('hex')}`
      if (found !== digest) return fault(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
      entry(blobs, upload.repository).set(digest, forgetBlobs ? undefined : Buffer.concat(upload.chunks))
      return {
        status: 201,
        headers: { location: `/v2/${upload.repository}/blobs/${digest}`, 'docker-content-digest': digest },
      }
    },
    cancelUpload: (id) =>
      uploads.delete(id) ? { status: 204 } : fault(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry'),
    getManifest: (repository, name) => {
      const digest = name.includes(':') ? name : (tags.get(repository)?.get(name) ?? '')
      const found = manifests.get(repository)?.get(digest)
      if (found === undefined) return fault(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { Tag: name })
      return {
        status: 200,
        headers: { 'content-type': found.type, 'docker-content-digest': digest },
        body: found.bytes,
      }
    },
    putManifest: (repository, name, type, bytes) => {
      const missing = references(bytes).find(
        ({ digest, manifest }) => !(manifest ? manifests : blobs).get(repository)?.has(digest),
      )
      if (missing !== undefined) return fault(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', missing.digest)
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
      if (name.includes(':') && name !== digest)
        return fault(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
      entry(manifests, repository).set(digest, { type, bytes })
      if (!name.includes(':')) entry(tags, repository).set(name, digest)
      return {
        status: 201,
        headers: { location: `/v2/${repository}/manifests/${digest}`, 'docker-content-digest': digest },
      }
    },
    deleteManifest: (repository, name) => {
      const found = name.includes(':') ? manifests.get(repository)?.delete(name) : tags.get(repository)?.delete(name)
      // A manifest is deleted with its tags.
      for (const [tag, digest] of [...(tags.get(repository) ?? [])])
        if (digest === name) tags.get(repository)?.delete(tag)
      return found === true ? { status: 202 } : fault(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    },
    listTags: (repository) => {
      const found = tags.get(repository)
      if (found === undefined) return fault(404, 'NAME_UNKNOWN', 'repository name not known to registry')
      return { status: 200, body: JSON.stringify({ name: repository, tags: [...found.keys()].sort() }) }
    },
    listReferrers: (repository, subject, query) => {
      if (referrersPerPage === undefined) return fault(404, 'UNSUPPORTED', 'the operation is unsupported')
      const all = [...(manifests.get(repository) ?? [])].flatMap(([digest, { type, bytes }]) => {
        const { subject: referred, artifactType, annotations } = JSON.parse(bytes.toString())
        return referred?.digest === subject
          ? [{ mediaType: type, digest, size: bytes.length, artifactType, annotations }]
          : []
      })
      const from = Number(query.get('from') ?? 0)
      const to = from + referrersPerPage
      const link = `</v2/${repository}/referrers/${subject}?from=${to}>; rel="next"`
      const type = 'application/vnd.oci.image.index.v1+json'
      return {
        status: 200,
        headers: { 'content-type': type, ...(to < all.length ? { link } : {}) },
        body: JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: all.slice(from, to) }),
      }
    },
  }
}

/** The inner map of a repository, created on first use. */
function entry<T>(map: Map<string, Map<string, T>>, repository: string): Map<string, T> {
  const inner = map.get(repository) ?? new Map<string, T>()
  map.set(repository, inner)
  return inner
}

function references(bytes: Buffer): readonly { readonly digest: string; readonly manifest: boolean }[] {
  const { config, layers = [], manifests = [] } = JSON.parse(bytes.toString())
  const blobs = [...(config === undefined ? [] : [config]), ...layers]
  return [
    ...blobs.map(({ digest }: { digest: string }) => ({ digest, manifest: false })),
    ...manifests.map(({ digest }: { digest: string }) => ({ digest, manifest: true })),
  ]
}
